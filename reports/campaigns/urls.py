"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.campaigns import pages

urlpatterns: list[URLPattern] = [
    path("campaigns", pages.campaigns, name="campaigns"),
]
