"""Segments: filters under a name, of one person or of a project's whole team."""

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from projects.models import Project

if TYPE_CHECKING:
    from projects.models import User

MAX_NAME_CHARS = 100


class Kind(models.TextChoices):
    PERSONAL = "personal", _("Only me")
    PROJECT = "project", _("Everybody on this project")


class SegmentQuerySet(models.QuerySet["Segment"]):
    def seen_by(self, user: "User | None") -> Self:
        """Those of the whole team and the user's own. A project's key, which is no person: those of the team."""
        return self.filter(models.Q(owner=None) | models.Q(owner=user) if user else models.Q(owner=None))


class Segment(models.Model):
    """`filters`: a list in the language of reports/conditions.py, read anew at each use. `owner`: who alone sees it;
    nobody: all members see it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="segments")
    name = models.CharField(max_length=MAX_NAME_CHARS)
    filters = models.JSONField(default=list)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="segments")
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = SegmentQuerySet.as_manager()

    class Meta:
        ordering = (Lower("name"), "created_at")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "project", Lower("name"), condition=models.Q(owner=None), name="project_segment_name_once"
            ),
            models.UniqueConstraint(
                "project", "owner", Lower("name"), condition=models.Q(owner__isnull=False), name="own_segment_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def kind(self) -> Kind:
        return Kind.PERSONAL if self.owner_id else Kind.PROJECT
