"""Counting a goal in what is there already: goals are retroactive."""

from typing import ClassVar, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from goals.models.goals import Goal


class State(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Counting past events")
    DONE = "done", _("Complete")
    FAILED = "failed", _("Failed")


class FillQuerySet(models.QuerySet["Fill"]):
    def open(self) -> Self:
        """Those that are to go on, by themselves."""
        return self.filter(state__in=(State.WAITING, State.RUNNING), goal__project__deleted_at=None)


class Fill(models.Model):
    """Where it is with the events that are older than the goal as it is meant now; the newest are looked at first.

    version: of the goal. done_until: back to when it is complete; nothing yet when null. since: the first event there
    is. heard_at: when whoever is at it last said so. is_removal: the completions go, and then the goal itself. fence: a
    place in the store's order of writes: it begins when all that was begun before is at its end. failures: in a row.
    """

    goal = models.OneToOneField(Goal, models.CASCADE, primary_key=True, related_name="fill")
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=20, choices=State.choices, default=State.WAITING)
    asked_at = models.DateTimeField()
    since = models.DateTimeField(null=True, blank=True)
    done_until = models.DateTimeField(null=True, blank=True)
    heard_at = models.DateTimeField(null=True, blank=True)
    is_removal = models.BooleanField(default=False)
    error = models.CharField(max_length=500, blank=True)
    fence = models.BigIntegerField(null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    objects: ClassVar = FillQuerySet.as_manager()

    def __str__(self) -> str:
        return f"{self.goal_id}: {self.state}"

    @property
    def share(self) -> float:
        """How much of the time is done, 0 to 1."""
        if self.state == State.DONE:
            return 1.0
        if not self.since or not self.done_until or self.asked_at <= self.since:
            return 0.0
        return max(0.0, min(1.0, (self.asked_at - self.done_until) / (self.asked_at - self.since)))
