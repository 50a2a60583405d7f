"""The pages of this app."""

from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("projects/<uuid:project_id>", views.dashboard, name="dashboard"),
]
