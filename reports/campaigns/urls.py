"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.campaigns import download, pages

urlpatterns: list[URLPattern] = [
    path("campaigns", pages.campaigns, name="campaigns"),
    path("campaigns/file", download.campaigns_file, name="campaigns-file"),
]
