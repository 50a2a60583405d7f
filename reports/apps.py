from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from projects import orders
        from reports.demo import make_goals_and_funnels
        from reports.project_numbers import BY_VISITORS
        from reports.shared_links import make_demo_link
        from tracking.demo.account import when_finished, when_made

        when_made(make_goals_and_funnels)
        when_finished(make_demo_link)
        orders.register("visitors", BY_VISITORS)
