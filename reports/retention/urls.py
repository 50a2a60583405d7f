"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.retention import pages

urlpatterns: list[URLPattern] = [
    path("retention", pages.retention, name="retention"),
]
