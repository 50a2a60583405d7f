"""A project: one site (or app) whose visitors are counted."""

import secrets
import uuid
from typing import TYPE_CHECKING, ClassVar, Self
from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.domains import shown_domain, validate_domain
from projects.models.organizations import Organization, Role

if TYPE_CHECKING:
    from projects.models.users import User

WRITE_KEY_PREFIX = "ap_pub_"


def new_write_key() -> str:
    """`ap_pub_` and 32 hex digits. It stands in the page's source and can only send events."""
    return WRITE_KEY_PREFIX + secrets.token_hex(16)


def validate_timezone(value: str) -> None:
    if value not in available_timezones():
        raise ValidationError(
            _("“%(name)s” is not a time zone of the IANA list, such as Europe/Berlin."), "timezone", {"name": value}
        )


class IdentityMode(models.TextChoices):
    COOKIELESS = "cookieless", _("Cookieless: a visitor is a visitor of one day")
    ANONYMOUS_ID = "anonymous_id", _("Anonymous id: a random id in the visitor's localStorage")


class ProjectQuerySet(models.QuerySet["Project"]):
    def visible_to(self, user: "User", role: Role = Role.VIEWER) -> Self:
        """Projects of the organizations in which the user has this role or a more powerful one."""
        return self.filter(
            organization__memberships__user=user,
            organization__memberships__role__in=role.and_above,
            deleted_at__isnull=True,
        )


class Project(models.Model):
    """`deleted_at` hides a project at once; its rows follow in the background."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    organization = models.ForeignKey(Organization, models.CASCADE, related_name="projects")
    name = models.CharField(max_length=100)
    # As browsers send it: lower case, an international name in its xn-- form.
    domain = models.CharField(max_length=253, validators=[validate_domain], help_text="such as example.com")
    description = models.TextField(blank=True, validators=[MaxLengthValidator(500)])
    timezone = models.CharField(max_length=64, default="UTC", validators=[validate_timezone])
    is_active = models.BooleanField(default=True, help_text="an inactive project accepts no events")
    identity_mode = models.CharField(max_length=20, choices=IdentityMode, default=IdentityMode.COOKIELESS)
    write_key = models.CharField(max_length=64, unique=True, default=new_write_key, editable=False)
    # Origins that may send with the write key; empty: any. A row such as https://example.com or https://*.example.com.
    allowed_origins = models.JSONField(default=list, blank=True)
    # Query parameters of page URLs that are kept, besides the campaign ones.
    kept_query_params = models.JSONField(default=list, blank=True)
    # What is quarantined: {"networks": [CIDR], "countries": [ISO 3166 alpha-2], "pages": [pattern],
    # "hostnames": [those allowed]}
    screening = models.JSONField(default=dict, blank=True)
    rate_limit_per_hour = models.PositiveIntegerField(null=True, blank=True, help_text="requests a key; empty: default")
    first_event_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True, editable=False)

    objects: ClassVar = ProjectQuerySet.as_manager()

    class Meta:
        ordering = ("name", "created_at")

    def __str__(self) -> str:
        return self.name

    @property
    def shown_domain(self) -> str:
        """The domain as people write it."""
        return shown_domain(self.domain)

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)
