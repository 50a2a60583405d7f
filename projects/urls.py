"""The pages about projects and one's own account."""

from django.urls import path

from projects.views import account, index, language, login_link, settings

app_name = "projects"
urlpatterns = [
    path("projects", index.index, name="index"),
    path("projects/new", index.new, name="new"),
    path("projects/switcher", index.switcher, name="switcher"),
    path("projects/<uuid:project_id>/settings", settings.general, name="settings"),
    path("projects/<uuid:project_id>/settings/keys", settings.keys, name="keys"),
    path("projects/<uuid:project_id>/settings/keys/rotate", settings.rotate, name="rotate-write-key"),
    path("projects/<uuid:project_id>/settings/keys/<uuid:key_id>/revoke", settings.revoke_key, name="revoke-key"),
    path("projects/<uuid:project_id>/settings/members", settings.members, name="members"),
    path("projects/<uuid:project_id>/settings/danger", settings.danger, name="danger"),
    path("account/", account.profile, name="account"),
    path("account/tokens", account.tokens, name="tokens"),
    path("account/tokens/<uuid:token_id>/revoke", account.revoke_token, name="revoke-token"),
    path("account/delete", account.delete, name="delete-account"),
    path("language", language.choose, name="language"),
    path("login-link/<str:token>", login_link.login_link, name="login-link"),
]
