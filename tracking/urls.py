"""The pages of this app."""

from django.urls import path

from tracking import install

app_name = "tracking"
urlpatterns = [
    path("projects/<uuid:project_id>/install", install.install, name="install"),
    path("projects/<uuid:project_id>/install/check", install.check, name="install-check"),
]
