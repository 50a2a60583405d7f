"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.broken_pages import pages

urlpatterns: list[URLPattern] = [
    path("broken-pages", pages.broken_pages, name="broken-pages"),
    path("broken-pages/redirects", pages.redirects, name="broken-page-redirects"),
]
