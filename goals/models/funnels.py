"""Funnels: saved ways to a goal, step by step."""

import uuid
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from goals.models.goals import MAX_NAME_CHARS
from projects.models import Project

MIN_STEPS, MAX_STEPS = 2, 10


class By(models.TextChoices):
    VISIT = "visit", _("Within a visit")
    VISITOR = "visitor", _("By visitor")


class StepOrder(models.TextChoices):
    """strict: nothing else (pageview, custom event) between a step and the next."""

    LOOSE = "loose", _("Anything may happen in between")
    STRICT = "strict", _("One directly after the other")


class Funnel(models.Model):
    """`steps`: a list of {"name", and "goal": its id, or "filters": in the language of reports/conditions.py}, read
    anew at each use. window_s: within which all steps must be done, from the first on; null: without end."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="funnels")
    name = models.CharField(max_length=MAX_NAME_CHARS)
    steps = models.JSONField(default=list)
    by = models.CharField(max_length=10, choices=By.choices, default=By.VISIT)
    order = models.CharField(max_length=10, choices=StepOrder.choices, default=StepOrder.LOOSE)
    window_s = models.PositiveIntegerField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = models.Manager()

    class Meta:
        ordering = (Lower("name"), "created_at")
        constraints: ClassVar = [models.UniqueConstraint("project", Lower("name"), name="funnel_name_once")]

    def __str__(self) -> str:
        return self.name
