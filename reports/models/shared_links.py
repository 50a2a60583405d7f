"""Shared links: a project's dashboard for people without an account."""

import secrets
import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.urls import reverse

from projects.models import Project
from reports.models.segments import Segment

MAX_NAME_CHARS = 100
LEAST_VISITORS = 5
MAX_LEAST_VISITORS = 1000
# What a link may show beside the overview, by the names of reports.links.PAGES.
SHAREABLE_PAGES = ("goals", "funnels", "campaigns")


def new_slug() -> str:
    """128 random bits: whoever knows it was given it."""
    return secrets.token_urlsafe(16)


class SharedLink(models.Model):
    """`password`: as Django hashes one; empty: none is asked. `segment`: no more than that is shown; it cannot be
    deleted while a link relies on it. least_visitors: what fewer visitors did is folded; 0: nothing is.
    pages: those of SHAREABLE_PAGES that it shows beside the overview.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="shared_links")
    name = models.CharField(max_length=MAX_NAME_CHARS)
    slug = models.CharField(max_length=64, unique=True, default=new_slug)
    password = models.CharField(max_length=128, blank=True, default="")
    segment = models.ForeignKey(Segment, models.RESTRICT, null=True, blank=True, related_name="shared_links")
    least_visitors = models.PositiveIntegerField(default=LEAST_VISITORS)
    may_embed = models.BooleanField(default=False)
    pages = models.JSONField(default=list, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_viewed_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("created_at",)
        indexes: ClassVar = [models.Index(fields=("project", "created_at"), name="shared_links_of_project")]

    def __str__(self) -> str:
        return self.name

    @property
    def path(self) -> str:
        return reverse("reports:shared-dashboard", args=(self.slug,))
