"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.visits import pages

urlpatterns: list[URLPattern] = [
    path("visits", pages.visits, name="visits"),
    path("visits/<str:visit>", pages.visit, name="visits"),
]
