"""What is added up of closed days: derived from events, visits and completions, and made anew when those change.

The columns of sums are the tallies of tracking/storage/tallies.py, by their names. Days are days of the project's zone.
"""

from django.db import models
from psql_partition.models import PostgresPartitionedModel
from psql_partition.types import PostgresPartitioningMethod

from tracking.models.events import FirstTouch


class Revenue(models.Model):
    """Null where no event had a value; "" is a value without a currency."""

    revenue = models.FloatField(null=True)
    currency_low = models.TextField(null=True)  # noqa: DJ001
    currency_high = models.TextField(null=True)  # noqa: DJ001

    class Meta:
        abstract = True


class OfEvents(Revenue):
    """Sums over events, by when they occurred.

    completions: null where there is no event at all; what is of engagement: null where there is no engagement event.
    (visitors is 0 where there is no event that counts its visitor.)
    """

    visitors = models.BigIntegerField()
    pageviews = models.BigIntegerField()
    events = models.BigIntegerField()
    engaged_ms = models.BigIntegerField(null=True)
    engagements = models.BigIntegerField(null=True)
    scroll_sum = models.BigIntegerField(null=True)
    scrolls = models.BigIntegerField(null=True)
    completions = models.BigIntegerField(null=True)

    class Meta:
        abstract = True


class OfVisits(models.Model):
    """Sums over visits, by when they started."""

    visits = models.BigIntegerField()
    known_visits = models.BigIntegerField()
    bounces = models.BigIntegerField()
    duration_s = models.FloatField()
    views = models.BigIntegerField()
    converted = models.BigIntegerField()

    class Meta:
        abstract = True


class DailyRow(OfEvents, OfVisits):
    """A closed day of a project: that there is a row says that the day is in all the tables of this module.

    zone: of the project when the day was added up; of another it is of no use. visit_*: of the visits that started that
    day, as a whole: what a question that is read from visits alone counts as visitors, pageviews and events. (Its
    pageviews are `views`.)
    """

    pk = models.CompositePrimaryKey("project_id", "day")
    project_id = models.UUIDField()
    day = models.DateField()
    zone = models.TextField()
    computed_at = models.DateTimeField()
    starters = models.BigIntegerField()
    visit_events = models.BigIntegerField()

    class Meta:
        db_table = "analytics_daily"


class HourlyRow(OfEvents, OfVisits):
    """An hour of a closed day, as the clock of the zone cuts it; hours without anything have no row."""

    pk = models.CompositePrimaryKey("project_id", "day", "starts_at")
    project_id = models.UUIDField()
    day = models.DateField()
    starts_at = models.DateTimeField()

    class Meta:
        db_table = "analytics_hourly"


class BreakdownRow(OfEvents):
    """A value of a dimension on a closed day. The values beyond the cap are one row together: is_other, value "".

    rank: from 1, by visitors, then pageviews, then the value; the last one is is_other's. It is in the key instead of
    the value, of which some are too long for an index.
    Null is also what is not kept of a dimension: see storage/rollup_tallies.py.
    """

    pk = models.CompositePrimaryKey("project_id", "dimension", "day", "rank")
    project_id = models.UUIDField()
    dimension = models.TextField()
    day = models.DateField()
    rank = models.IntegerField()
    is_other = models.BooleanField()
    value = models.TextField()
    visits = models.BigIntegerField(null=True)
    known_visits = models.BigIntegerField(null=True)
    bounces = models.BigIntegerField(null=True)
    duration_s = models.FloatField(null=True)
    views = models.BigIntegerField(null=True)
    converted = models.BigIntegerField(null=True)

    class Meta:
        db_table = "analytics_breakdown"


class VisitDay(PostgresPartitionedModel, FirstTouch, Revenue):  # type: ignore[django-manager-missing]
    """What a visit comes to on a closed day: narrow, exact, and a small part of the rows of `events`.

    A visit over midnight has a row on each day; on the first one it counts as a visit. Events whose first touch is not
    that of their visit, or its visitor, are a row of their own. So there is no key; the one here is not made.
    visitors: 1 when the row has an event that counts its visitor. completions, and what is of engagement: null as in
    OfEvents. What is of visits, visit_events (the custom events of the whole visit) and the pages are with `visits`: 0
    and "" in a row that is not of the day on which the visit started.
    """

    pk = models.CompositePrimaryKey("project_id", "day", "session_id", "visitor_id")
    project_id = models.UUIDField()
    day = models.DateField()
    session_id = models.BigIntegerField()
    visitor_id = models.BigIntegerField()
    screen_width = models.IntegerField(null=True)
    entry_page = models.TextField()
    exit_page = models.TextField()
    visitors = models.SmallIntegerField()
    visits = models.SmallIntegerField()
    known_visits = models.SmallIntegerField()
    bounces = models.SmallIntegerField()
    converted = models.SmallIntegerField()
    pageviews = models.IntegerField()
    events = models.IntegerField()
    engagements = models.IntegerField(null=True)
    scrolls = models.IntegerField(null=True)
    scroll_sum = models.IntegerField(null=True)
    completions = models.IntegerField(null=True)
    views = models.IntegerField()
    visit_events = models.IntegerField()
    engaged_ms = models.BigIntegerField(null=True)
    duration_s = models.FloatField()

    class PartitioningMeta:
        method = PostgresPartitioningMethod.RANGE
        key = ["day"]

    class Meta:
        db_table = "analytics_visits"
        indexes = [models.Index(fields=("project_id", "day"), name="analytics_visits_by_day")]


class DirtySlot(models.Model):
    """A quarter of an hour whose events or visits changed after its day may have been added up.

    In UTC and not days, so that it says the same in every zone: each zone's midnight falls on the start of one. There
    may be several of one slot: who changes something adds a row of its own and waits for nobody (storage/dirty.py).
    """

    project_id = models.UUIDField()
    slot = models.DateTimeField()

    class Meta:
        db_table = "rollup_dirty_slots"
        indexes = [models.Index(fields=("project_id", "slot"), name="rollup_dirty_slots_key")]
