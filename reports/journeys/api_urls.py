"""The part of the API, under /api/v1/projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.journeys.api import JourneysView

urlpatterns: list[URLPattern] = [
    path("journeys", JourneysView.as_view(), name="api-journeys"),
]
