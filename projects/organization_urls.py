"""The pages about organizations."""

from django.urls import path

from projects.views import organizations

app_name = "organizations"
urlpatterns = [
    path("organizations/new", organizations.new, name="new"),
    path("organizations/<uuid:organization_id>", organizations.detail, name="detail"),
    path("organizations/<uuid:organization_id>/delete", organizations.delete, name="delete"),
    path("organizations/<uuid:organization_id>/invitations", organizations.invitations, name="invitations"),
    path(
        "organizations/<uuid:organization_id>/invitations/<int:invitation_id>/revoke",
        organizations.revoke_invitation,
        name="revoke-invitation",
    ),
    path(
        "organizations/<uuid:organization_id>/members/<int:member_id>/role",
        organizations.member_role,
        name="member-role",
    ),
    path(
        "organizations/<uuid:organization_id>/members/<int:member_id>/remove",
        organizations.member_remove,
        name="member-remove",
    ),
    path("invitations/<str:token>", organizations.invitation, name="invitation"),
    path("invitations/<str:token>/accept", organizations.invitation_accept, name="invitation-accept"),
]
