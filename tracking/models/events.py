"""The tables of events, monthly partitions all.

Amounts are double precision: they are summed for charts, not booked, and numeric(18,4) costs ingestion and every sum
several times as much. Texts have no length here: the limits are the ingest contract's.
"""

from django.db import models
from psql_partition.models import PostgresPartitionedModel
from psql_partition.types import PostgresPartitioningMethod


class FirstTouch(models.Model):
    """Where a visit came from and on what: the same on a visit and on each of its events."""

    referrer = models.TextField()
    source = models.TextField()
    channel = models.TextField()
    utm_source = models.TextField()
    utm_medium = models.TextField()
    utm_campaign = models.TextField()
    utm_term = models.TextField()
    utm_content = models.TextField()
    country = models.TextField()
    region = models.TextField()
    city = models.TextField()
    browser = models.TextField()
    browser_version = models.TextField()
    os = models.TextField()
    os_version = models.TextField()
    device_type = models.TextField()
    language = models.TextField()

    class Meta:
        abstract = True


class Event(PostgresPartitionedModel, FirstTouch):  # type: ignore[django-manager-missing]
    """One event, in the partition of the UTC month in which it occurred.

    The key begins with event_id so that the look-up of an append can use this index and no other: see append_sql.
    """

    pk = models.CompositePrimaryKey("event_id", "project_id", "occurred_at")
    project_id = models.UUIDField()
    event_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    visitor_id = models.BigIntegerField()
    session_id = models.BigIntegerField()
    user_id = models.TextField()
    event_type = models.TextField()
    event_name = models.TextField()
    hostname = models.TextField()
    path = models.TextField()
    title = models.TextField()
    screen_width = models.IntegerField(null=True)
    screen_height = models.IntegerField(null=True)
    viewport_width = models.IntegerField(null=True)
    viewport_height = models.IntegerField(null=True)
    timezone = models.TextField()
    custom_data = models.JSONField(null=True)
    value = models.FloatField(null=True)
    currency = models.TextField()
    engaged_ms = models.BigIntegerField(null=True)
    scroll_depth = models.IntegerField(null=True)

    class PartitioningMeta:
        method = PostgresPartitioningMethod.RANGE
        key = ["occurred_at"]

    class Meta:
        db_table = "events"
        # One index besides the key, since every question is about one project and a range of time; and a small one for
        # goals that a visit's engagement on a page comes to. Ids of visits are hashes: no two projects share one.
        indexes = [
            models.Index(fields=("project_id", "occurred_at"), name="events_by_time"),
            models.Index(
                fields=("session_id",), name="engagement_by_visit", condition=models.Q(event_type="engagement")
            ),
        ]


class Visit(PostgresPartitionedModel, FirstTouch):  # type: ignore[django-manager-missing]
    """One visit, kept up to date by the events that are new to it, in whatever order they are delivered.

    started_at never changes: it is the partition's key. The event that opened the visit gave it; an earlier event that
    is delivered later moves first_event_at, the entry page and the first touch instead. The event ids settle which of
    two events of the same instant came first. Events that cannot open a visit (engagement) move ended_at alone.
    events: the interactive ones, of which custom_events are the custom ones.
    """

    pk = models.CompositePrimaryKey("project_id", "session_id", "started_at")
    project_id = models.UUIDField()
    session_id = models.BigIntegerField()
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField()
    first_event_at = models.DateTimeField(null=True)
    first_event_id = models.UUIDField(null=True)
    last_event_at = models.DateTimeField(null=True)
    last_event_id = models.UUIDField(null=True)
    visitor_id = models.BigIntegerField()
    user_id = models.TextField()
    hostname = models.TextField()
    entry_page = models.TextField()
    exit_page = models.TextField()
    screen_width = models.IntegerField(null=True)
    pageviews = models.IntegerField()
    events = models.IntegerField()
    engaged_ms = models.BigIntegerField()
    value = models.FloatField()
    custom_events = models.IntegerField()
    is_bounce = models.GeneratedField(
        expression=models.Q(pageviews__lte=1, events=0),  # type: ignore[arg-type]
        output_field=models.BooleanField(),
        db_persist=True,
    )

    class PartitioningMeta:
        method = PostgresPartitioningMethod.RANGE
        key = ["started_at"]

    class Meta:
        db_table = "visits"
        indexes = [models.Index(fields=("project_id", "started_at"), name="visits_by_time")]


class GoalCompletion(PostgresPartitionedModel):
    """A goal that an event reached."""

    pk = models.CompositePrimaryKey("project_id", "goal_id", "event_id", "occurred_at")
    project_id = models.UUIDField()
    goal_id = models.UUIDField()
    session_id = models.BigIntegerField()
    event_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    url = models.TextField()
    value = models.FloatField(null=True)
    metadata = models.JSONField(null=True)

    class PartitioningMeta:
        method = PostgresPartitioningMethod.RANGE
        key = ["occurred_at"]

    class Meta:
        db_table = "goal_completions"
        indexes = [models.Index(fields=("project_id", "occurred_at"), name="goal_completions_by_time")]


class CompletionRules(models.Model):
    """Which version of its goals the events of a project are matched with; no row: it never had any. See
    storage/completion_rules.py."""

    project_id = models.UUIDField(primary_key=True)
    version = models.BigIntegerField()

    class Meta:
        db_table = "completion_rules"


class QuarantinedEvent(PostgresPartitionedModel):
    """An event that was screened out, with all that is needed to send it through the pipeline again."""

    pk = models.CompositePrimaryKey("project_id", "event_id", "occurred_at")
    project_id = models.UUIDField()
    event_id = models.UUIDField()
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    reason = models.TextField()
    detail = models.TextField()
    payload = models.BinaryField()

    class PartitioningMeta:
        method = PostgresPartitioningMethod.RANGE
        key = ["occurred_at"]

    class Meta:
        db_table = "quarantined_events"
        indexes = [models.Index(fields=("project_id", "occurred_at"), name="quarantined_events_by_time")]
