"""The pages of this app."""

from django.urls import path

from reports import section_views, segment_views, views

app_name = "reports"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("projects/<uuid:project_id>", views.dashboard, name="dashboard"),
    path("projects/<uuid:project_id>/sections/<slug:name>", section_views.section, name="section"),
    path("projects/<uuid:project_id>/segments", segment_views.new_segment, name="segments"),
    path("projects/<uuid:project_id>/segments/<uuid:segment_id>", segment_views.segment, name="segment"),
    path(
        "projects/<uuid:project_id>/segments/<uuid:segment_id>/delete",
        segment_views.delete_segment,
        name="delete-segment",
    ),
]
