"""The part of the API, under /api/v1/projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.retention import api

urlpatterns: list[URLPattern] = [
    path("retention", api.RetentionView.as_view(), name="api-retention"),
    path("page-ages", api.PageAgesView.as_view(), name="api-page-ages"),
    path("returning", api.ReturningView.as_view(), name="api-returning"),
    path("users/activity", api.ActivityView.as_view(), name="api-activity"),
]
