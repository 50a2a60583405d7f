"""Organizations, their members with roles, and invitations to become one."""

import uuid
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from projects.models.users import User


class Role(models.TextChoices):
    """From the most to the least powerful; each may do what those after it may."""

    OWNER = "owner", _("Owner")
    ADMIN = "admin", _("Admin")
    EDITOR = "editor", _("Editor")
    VIEWER = "viewer", _("Viewer")

    @property
    def and_above(self) -> list["Role"]:
        """The roles that may do what this one may."""
        roles = list(Role)
        return roles[: roles.index(self) + 1]


class OrganizationQuerySet(models.QuerySet["Organization"]):
    def visible_to(self, user: "User", role: Role = Role.VIEWER) -> Self:
        """Organizations in which the user has this role or a more powerful one."""
        return self.filter(memberships__user=user, memberships__role__in=role.and_above, deleted_at__isnull=True)

    def owned_by_nobody_but(self, user: "User") -> Self:
        """Organizations that would have no owner without this user."""
        others = Membership.objects.filter(organization=models.OuterRef("pk"), role=Role.OWNER).exclude(user=user)
        return self.visible_to(user, Role.OWNER).filter(~models.Exists(others))


class Organization(models.Model):
    """`deleted_at` hides it at once; its row goes when the data of its projects is gone."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    members = models.ManyToManyField(settings.AUTH_USER_MODEL, through="Membership", related_name="organizations")
    created_at = models.DateTimeField(auto_now_add=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar = OrganizationQuerySet.as_manager()

    class Meta:
        ordering = ("name", "created_at")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="memberships")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="memberships")
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["organization", "user"], name="membership_once")]

    def __str__(self) -> str:
        return f"{self.user} in {self.organization} as {self.role}"

    def may(self, role: Role) -> bool:
        """Whether this member may do what `role` may."""
        return self.role in role.and_above


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def open(self, now: datetime) -> Self:
        """Invitations that can still be accepted."""
        return self.filter(accepted_at__isnull=True, expires_at__gt=now, organization__deleted_at__isnull=True)


class Invitation(models.Model):
    """An invitation by email. The link holds a token of which only the SHA-256 is stored."""

    organization = models.ForeignKey(Organization, models.CASCADE, related_name="invitations")
    email = models.EmailField()
    role = models.CharField(max_length=10, choices=Role, default=Role.VIEWER)
    token_hash = models.BinaryField(max_length=32, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.email} to {self.organization}"
