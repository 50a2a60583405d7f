from django.apps import AppConfig


class ReportsConfig(AppConfig):
    name = "reports"

    def ready(self) -> None:
        from reports.shared_links import make_demo_link
        from tracking.demo.account import when_finished

        when_finished(make_demo_link)
