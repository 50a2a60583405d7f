"""Exports: files made in the background, and archives that became projects."""

import uuid
from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from projects.models import Project


class ExportKind(models.TextChoices):
    ANALYTICS = "analytics", _("Statistics")
    CAMPAIGNS = "campaigns", _("Campaigns")
    EVENTS = "events", _("Events")
    PROJECT = "project", _("The whole project")


class ExportFormat(models.TextChoices):
    CSV = "csv", "CSV"
    JSON = "json", "JSON"
    JSONL = "jsonl", "JSON Lines"
    TAR = "tar", _("Archive")


class ExportState(models.TextChoices):
    QUEUED = "queued", _("Waiting")
    RUNNING = "running", _("Under way")
    DONE = "done", _("Done")
    FAILED = "failed", _("Failed")


class ExportQuerySet(models.QuerySet["Export"]):
    def open(self) -> Self:
        return self.filter(state__in=(ExportState.QUEUED, ExportState.RUNNING))

    def ready(self, now: datetime) -> Self:
        """Those whose file can be fetched."""
        return self.filter(state=ExportState.DONE, expires_at__gt=now)


class Export(models.Model):
    """A file that is made, or was made, of a project's data.

    question: what was asked, with its days and segments worked out when it was asked (reports/exports/asked.py).
    position: where the reading goes on; with size_bytes and rows_done it is what a run begins from: the file holds
    exactly that much of it, and what a killed run wrote beyond is cut off. heard_at: when a run last got on.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="exports")
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    kind = models.CharField(max_length=20, choices=ExportKind)
    format = models.CharField(max_length=10, choices=ExportFormat)
    question = models.JSONField(default=dict)
    title = models.CharField(max_length=200)
    state = models.CharField(max_length=10, choices=ExportState, default=ExportState.QUEUED)
    error = models.CharField(max_length=40, blank=True)
    position = models.JSONField(null=True, blank=True)
    rows_done = models.BigIntegerField(default=0)
    size_bytes = models.BigIntegerField(default=0)
    percent = models.PositiveSmallIntegerField(default=0)
    wants_email = models.BooleanField(default=False)
    emailed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    heard_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)
    expires_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar = ExportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes: ClassVar = [models.Index(fields=("state", "heard_at"), name="exports_by_state")]

    def __str__(self) -> str:
        return f"{self.title} ({self.get_state_display()})"

    @property
    def is_open(self) -> bool:
        return self.state in (ExportState.QUEUED, ExportState.RUNNING)


class ImportedArchive(models.Model):
    """The project that an archive was read into. done_at: None while it is being read, or was broken off."""

    project = models.OneToOneField(Project, models.CASCADE, primary_key=True, related_name="imported_archive")
    archive_id = models.UUIDField()
    started_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"{self.archive_id} as {self.project_id}"
