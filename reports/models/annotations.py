"""Annotations: what happened when, noted on a project's charts."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project

MAX_TITLE_CHARS = 120
MAX_TEXT_CHARS = 2000
MAX_URL_CHARS = 2048
MAX_EXTERNAL_ID_CHARS = 200


class Kind(models.TextChoices):
    NOTE = "note", _("Note")
    RELEASE = "release", _("Release")
    CAMPAIGN = "campaign", _("Campaign")
    INCIDENT = "incident", _("Incident")


class Annotation(models.Model):
    """`occurred_on`: the day of the project's zone, where all of it is meant; `occurred_at` is its beginning then.
    is_public: shared links show it too. external_id: what the sender calls it: sent again, it is changed.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="annotations")
    occurred_at = models.DateTimeField()
    occurred_on = models.DateField(null=True, blank=True)
    kind = models.CharField(max_length=20, choices=Kind.choices, default=Kind.NOTE)
    title = models.CharField(max_length=MAX_TITLE_CHARS)
    text = models.TextField(max_length=MAX_TEXT_CHARS, blank=True, default="")
    url = models.URLField(max_length=MAX_URL_CHARS, blank=True, default="")
    is_public = models.BooleanField(default=False)
    external_id = models.CharField(max_length=MAX_EXTERNAL_ID_CHARS, blank=True, default="")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-occurred_at", "created_at")
        indexes: ClassVar = [models.Index(fields=("project", "occurred_at"), name="annotations_of_project")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                "project", "external_id", condition=~models.Q(external_id=""), name="annotation_external_id_once"
            ),
        ]

    def __str__(self) -> str:
        return self.title
