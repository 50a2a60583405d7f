from django.apps import AppConfig


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from projects.changes import on_change
        from tracking.invalidation import forget

        on_change(forget)
