"""What became of what was received, and which messages were."""

from typing import ClassVar, Self

from django.db import models


class LedgerQuerySet(models.QuerySet["LedgerHour"]):
    def unbalanced(self) -> Self:
        """Hours in which accepted is not stored + duplicate + quarantined: events were lost or counted twice."""
        return self.exclude(accepted=models.F("stored") + models.F("duplicate") + models.F("quarantined"))

    def differing(self) -> Self:
        """Hours that are unbalanced, or in which another number was received than accepted."""
        total = models.F("stored") + models.F("duplicate") + models.F("quarantined")
        return self.exclude(accepted=total, received=models.F("accepted"))


class LedgerHour(models.Model):
    """What became of a project's events of one hour of receipt: accepted = stored + duplicate + quarantined.

    received: promised with a 202, counted at the door, independently of the worker that counts the others. What it is
    more than accepted is on its way, or lost.
    reasons: {"quarantined:bot": 3, "rejected:too_old": 2}.
    """

    project_id = models.UUIDField()
    hour = models.DateTimeField()
    received = models.BigIntegerField(default=0, db_default=0)
    accepted = models.BigIntegerField()
    stored = models.BigIntegerField()
    duplicate = models.BigIntegerField()
    quarantined = models.BigIntegerField()
    rejected = models.BigIntegerField()
    reasons = models.JSONField(default=dict)

    objects: ClassVar = LedgerQuerySet.as_manager()

    class Meta:
        db_table = "ingest_ledger"
        verbose_name = "ledger hour"
        ordering = ("-hour", "project_id")
        constraints = [models.UniqueConstraint(fields=("project_id", "hour"), name="ingest_ledger_key")]
        indexes = [models.Index(fields=("hour",), name="ingest_ledger_by_hour")]

    def __str__(self) -> str:
        return f"{self.project_id} {self.hour:%Y-%m-%d %H:00}"

    @property
    def missing(self) -> int:
        """Received events of which the store knows nothing (yet); negative when it has more than were received."""
        return self.received - self.stored - self.duplicate - self.quarantined

    @property
    def is_balanced(self) -> bool:
        return self.missing == 0 and self.received == self.accepted


class LedgerGap(models.Model):
    """An hour of a project that did not add up when nothing of it was on its way any more.

    missing: events that were promised and are nowhere; negative: so many more than were promised.
    """

    project_id = models.UUIDField()
    hour = models.DateTimeField()
    missing = models.BigIntegerField()
    found_at = models.DateTimeField()
    resolved_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        db_table = "ledger_gaps"
        ordering = ("-hour", "project_id")
        constraints = [models.UniqueConstraint(fields=("project_id", "hour"), name="ledger_gaps_key")]
        indexes = [
            models.Index(fields=("hour",), name="ledger_gaps_open", condition=models.Q(resolved_at=None)),
        ]

    def __str__(self) -> str:
        return f"{self.project_id} {self.hour:%Y-%m-%d %H:00}: {self.missing}"


class ProcessedMessage(models.Model):
    """A message whose effects are in the tables, so that its redelivery does nothing."""

    message_id = models.UUIDField(primary_key=True)
    received_at = models.DateTimeField(db_index=True)

    class Meta:
        db_table = "processed_messages"
