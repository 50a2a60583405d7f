from django.apps import AppConfig


class GoalsConfig(AppConfig):
    name = "goals"

    def ready(self) -> None:
        from goals.loading import load
        from tracking.pipeline.match_goals import register_matcher

        register_matcher(load)
