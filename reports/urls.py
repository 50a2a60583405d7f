"""The pages of this app."""

from django.urls import path

from reports import section_views, views

app_name = "reports"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("projects/<uuid:project_id>", views.dashboard, name="dashboard"),
    path("projects/<uuid:project_id>/sections/<slug:name>", section_views.section, name="section"),
]
