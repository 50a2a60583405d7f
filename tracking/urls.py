"""The pages of this app."""

from django.urls import path

from tracking import install, script

app_name = "tracking"
urlpatterns = [
    path("pulse.js", script.pulse_js, name="script"),
    path("projects/<uuid:project_id>/install", install.install, name="install"),
    path("projects/<uuid:project_id>/install/check", install.check, name="install-check"),
]
