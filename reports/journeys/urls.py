"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.journeys import pages

urlpatterns: list[URLPattern] = [
    path("journeys", pages.journeys, name="journeys"),
]
