from django.apps import AppConfig


class AnalyticsPulseConfig(AppConfig):
    name = "analytics_pulse"

    def ready(self) -> None:
        # Tasks that this process sends must find the broker of the settings, not Celery's default.
        from analytics_pulse import celery, checks  # noqa: F401
