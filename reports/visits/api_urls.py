"""The part of the API, under /api/v1/projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.visits import api

urlpatterns: list[URLPattern] = [
    path("visits", api.VisitsView.as_view(), name="api-visits"),
    path("visits/<str:visit>", api.VisitView.as_view(), name="api-visit"),
]
