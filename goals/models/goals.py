"""Goals: what an event must be, or a page's visit come to, to count as reached."""

import uuid
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from projects.models import Project

MAX_NAME_CHARS = 100
MAX_DESCRIPTION_CHARS = 500
MAX_PATTERN_CHARS = 500
MAX_GOALS = 200  # of a project


class GoalType(models.TextChoices):
    """scroll, engagement: reached once in a visit to each page; the others by every event that matches."""

    EVENT = "event", _("Event")
    PAGEVIEW = "pageview", _("Page")
    VALUE = "value", _("Value")
    SCROLL = "scroll", _("Scroll depth")
    ENGAGEMENT = "engagement", _("Time on a page")


class UrlMatch(models.TextChoices):
    """Of the path of a page, as the dimension `page` has it."""

    EXACT = "exact", _("is exactly")
    WILDCARD = "wildcard", _("with * for anything")
    REGEX = "regex", _("regular expression")


class GoalQuerySet(models.QuerySet["Goal"]):
    def of(self, project: Project) -> Self:
        """Those that are there for its people: not those that are being deleted."""
        return self.filter(project=project, deleted_at=None)


class Goal(models.Model):
    """What is meant follows from the type; fields that a type does not use are empty.

    target_event_type: of events and values, what kind of event (tracking.event_types). target_event_name: of custom
    events, required; of values, any when empty. conditions: on the event's properties, all must hold: a list of
    {"key", "operator", "values"}. target_url_pattern: with url_match, on which page; required for pageview, scroll and
    engagement. target_value: at or above which it is reached: of `value` the event's value, or the property
    value_property; of `scroll` percent; of `engagement` seconds. version: changes with what is meant, so that nothing
    is counted by what was meant before.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    project = models.ForeignKey(Project, models.CASCADE, related_name="goals")
    name = models.CharField(max_length=MAX_NAME_CHARS)
    description = models.CharField(max_length=MAX_DESCRIPTION_CHARS, blank=True)
    goal_type = models.CharField(max_length=20, choices=GoalType.choices)
    target_event_type = models.CharField(max_length=20, blank=True)
    target_event_name = models.CharField(max_length=100, blank=True)
    conditions = models.JSONField(default=list, blank=True)
    target_url_pattern = models.CharField(max_length=MAX_PATTERN_CHARS, blank=True)
    url_match = models.CharField(max_length=20, choices=UrlMatch.choices, blank=True)
    value_property = models.CharField(max_length=100, blank=True)
    target_value = models.DecimalField(max_digits=14, decimal_places=2, null=True, blank=True)
    is_active = models.BooleanField(default=True)
    version = models.PositiveIntegerField(default=1)
    deleted_at = models.DateTimeField(null=True, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects: ClassVar = GoalQuerySet.as_manager()

    class Meta:
        ordering = (Lower("name"), "created_at")
        constraints: ClassVar = [
            models.UniqueConstraint(
                "project", Lower("name"), condition=models.Q(deleted_at=None), name="goal_name_once"
            ),
        ]

    def __str__(self) -> str:
        return self.name
