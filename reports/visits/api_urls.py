"""The part of the API, under /api/v1/projects/<project_id>/."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
