"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.funnels import pages

urlpatterns: list[URLPattern] = [
    path("funnels", pages.funnels, name="funnels"),
]
