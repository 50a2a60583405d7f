"""The part of the API, under /api/v1/projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.broken_pages.api import BrokenPageRedirectsView, BrokenPagesView

urlpatterns: list[URLPattern] = [
    path("broken-pages", BrokenPagesView.as_view(), name="api-broken-pages"),
    path("broken-pages/redirects", BrokenPageRedirectsView.as_view(), name="api-broken-page-redirects"),
]
