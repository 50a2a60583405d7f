"""Addresses of the pages, under projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.funnels import pages

urlpatterns: list[URLPattern] = [
    path("funnels", pages.funnels, name="funnels"),
    path("funnels/new", pages.new_funnel, name="new-funnel"),
    path("funnels/<uuid:funnel_id>", pages.funnel, name="funnels"),
    path("funnels/<uuid:funnel_id>/edit", pages.edit_funnel, name="edit-funnel"),
    path("funnels/<uuid:funnel_id>/delete", pages.delete_funnel, name="delete-funnel"),
    path("funnels/<uuid:funnel_id>/csv", pages.funnel_file, name="funnel-file"),
]
