"""Secret credentials. Each is 256 random bits shown once; stored are its SHA-256 and its first characters.

A slow password hash would only slow ingestion: there is nothing to guess in 256 random bits.
"""

import hashlib
import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models

from projects.models.projects import Project

PREFIX_CHARS = 8


class Scope(models.TextChoices):
    INGEST = "ingest", "Send events"
    READ = "read", "Read statistics"
    MANAGE = "manage", "Manage the project"


def hash_secret(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).digest()


class Secret(models.Model):
    """What the two kinds of secret have in common."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=100)
    prefix = models.CharField(max_length=PREFIX_CHARS, db_index=True, editable=False)
    key_hash = models.BinaryField(max_length=32, unique=True, editable=False)
    scopes = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.name} ({self.prefix}…)"


class ApiKey(Secret):
    """A project's secret API key: `ap_` and 64 hex digits."""

    project = models.ForeignKey(Project, models.CASCADE, related_name="api_keys")
    description = models.TextField(blank=True, validators=[MaxLengthValidator(500)])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")

    class Meta:
        ordering = ("-created_at",)

    @staticmethod
    def new_secret() -> str:
        return "ap_" + secrets.token_hex(32)


class PersonalAccessToken(Secret):
    """A user's token for the management API: `ap_pat_` and 64 hex digits. It can do what its user can, within scopes."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="access_tokens")
    expires_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering: ClassVar = ("-created_at",)

    @staticmethod
    def new_secret() -> str:
        return "ap_pat_" + secrets.token_hex(32)
