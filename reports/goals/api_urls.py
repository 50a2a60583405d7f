"""The part of the API, under /api/v1/projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.goals.api import GoalsView

urlpatterns: list[URLPattern] = [
    path("goals", GoalsView.as_view({"get": "list", "post": "create"}), name="api-goals"),
    path("goals/preview", GoalsView.as_view({"post": "preview"}), name="api-goal-preview"),
    path("goals/suggestions", GoalsView.as_view({"get": "suggestions"}), name="api-goal-suggestions"),
    path(
        "goals/<uuid:goal_id>",
        GoalsView.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-goal",
    ),
]
