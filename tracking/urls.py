"""The pages of this app."""

from django.urls import path

from tracking import install, ledger_page, privacy_page, quarantine_page, screening_page, script, verdict_page

app_name = "tracking"
urlpatterns = [
    path("pulse.js", script.pulse_js, name="script"),
    path("projects/<uuid:project_id>/install", install.install, name="install"),
    path("projects/<uuid:project_id>/install/check", install.check, name="install-check"),
    path("projects/<uuid:project_id>/settings/ledger", ledger_page.ledger, name="ledger"),
    path("projects/<uuid:project_id>/settings/screening", screening_page.screening, name="screening"),
    path("projects/<uuid:project_id>/settings/quarantine", quarantine_page.listing, name="quarantine"),
    path("projects/<uuid:project_id>/settings/quarantine/restore", quarantine_page.restore, name="quarantine-restore"),
    path("projects/<uuid:project_id>/settings/quarantine/drop", quarantine_page.drop, name="quarantine-drop"),
    path(
        "projects/<uuid:project_id>/settings/quarantine/<uuid:event_id>",
        quarantine_page.inspect,
        name="quarantined-event",
    ),
    path("projects/<uuid:project_id>/settings/privacy", privacy_page.privacy, name="privacy"),
    path("projects/<uuid:project_id>/why", verdict_page.why, name="why"),
]
