"""Secret credentials. Each is 256 random bits shown once; stored are its SHA-256 and its first characters.

A slow password hash would only slow ingestion: there is nothing to guess in 256 random bits.
"""

import hashlib
import hmac
import re
import secrets
import uuid
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models.projects import Project

PREFIX_CHARS = 8  # of an API key: "ap_" and five digits
TOKEN_PREFIX_CHARS = 12  # of a personal access token: "ap_pat_" and five digits
_SHAPE = re.compile(r"ap_(pat_)?[0-9a-f]{64}\Z")


class Scope(models.TextChoices):
    INGEST = "ingest", _("Send events")
    READ = "read", _("Read statistics")
    MANAGE = "manage", _("Manage the project")


def hash_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


def validate_scopes(value: list[str]) -> None:
    if not value or not set(value) <= set(Scope.values):
        names = {"names": ", ".join(Scope.values)}
        raise ValidationError(_("Choose at least one of: %(names)s."), "scopes", names)


class Secret(models.Model):
    """What the two kinds of secret have in common."""

    prefix_chars: ClassVar[int] = PREFIX_CHARS
    owner: ClassVar[str]  # the relation to what the secret belongs to

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=TOKEN_PREFIX_CHARS, db_index=True, editable=False)
    key_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    scopes = models.JSONField(default=list, validators=[validate_scopes])
    is_active = models.BooleanField(default=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"

    def keep(self, secret: str) -> None:
        """Remember what is needed to recognise the secret, and not the secret."""
        self.prefix = secret[: self.prefix_chars]
        self.key_hash = hash_secret(secret)

    @classmethod
    def matching(cls, secret: str) -> Self | None:
        """The row of this secret, active or not, or None. One query; the comparison takes the same time for each."""
        if not _SHAPE.match(secret):
            return None
        digest = hash_secret(secret)
        found = None
        for row in cls._default_manager.select_related(cls.owner).filter(prefix=secret[: cls.prefix_chars]):
            if hmac.compare_digest(bytes(row.key_hash), digest):
                found = row
        return found

    def note_use(self, now: datetime) -> None:
        """Remember when it was last used, writing at most once a minute."""
        stale = now - timedelta(minutes=1)
        if self.last_used_at is None or self.last_used_at < stale:
            rows = type(self)._default_manager.filter(pk=self.pk)
            rows.filter(models.Q(last_used_at=None) | models.Q(last_used_at__lt=stale)).update(last_used_at=now)


class ApiKey(Secret):
    """A project's secret API key: `ap_` and 64 hex digits."""

    owner = "project"
    project = models.ForeignKey(Project, models.CASCADE, related_name="api_keys")
    description = models.TextField(blank=True, validators=[MaxLengthValidator(500)])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")

    class Meta:
        ordering = ("-created_at",)

    @staticmethod
    def new_secret() -> str:
        return "ap_" + secrets.token_hex(32)


class PersonalAccessToken(Secret):
    """A user's token for the API: `ap_pat_` and 64 hex digits. It can do what its user can, within its scopes."""

    prefix_chars = TOKEN_PREFIX_CHARS
    owner = "user"
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens")
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ("-created_at",)

    @staticmethod
    def new_secret() -> str:
        return "ap_pat_" + secrets.token_hex(32)

    def is_usable(self, now: datetime) -> bool:
        return self.is_active and self.user.is_active and (self.expires_at is None or self.expires_at > now)
