"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.goals import pages

urlpatterns: list[URLPattern] = [
    path("goals", pages.goals, name="goals"),
]
