"""The metrics in Prometheus' format. docs/operate.md has the same list with what to watch."""

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from itertools import accumulate

import redis
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.registry import Collector, CollectorRegistry

from tracking.metrics import gauges, totals
from tracking.metrics.counters import BOUNDS_S
from tracking.metrics.totals import Histogram, Totals
from tracking.storage.base import StoreUnavailable

CONTENT_TYPE = CONTENT_TYPE_LATEST

COUNTERS = {
    "messages": "Messages made durable: each holds the events of many requests.",
    "accepted": "Events answered with 202.",
    "stored": "Events stored.",
    "duplicate": "Events recognised as sent before.",
}
LABELLED = {
    "rejected": ("events_rejected", "code", "Events refused with an error code."),
    "quarantined": ("events_quarantined", "reason", "Events screened out."),
    "refused": ("requests_refused", "code", "Ingest requests answered with an error."),
}


class _AtScrape(Collector):
    """What a service that is away would answer is left out, and `analytics_pulse_up` says which it is."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("analytics_pulse_up", "Whether the service answered this scrape.", labels=["service"])
        try:
            metrics = [*_of_totals(totals.read()), *_of_queue(gauges.queue(self.now))]
        except redis.RedisError:
            metrics = []
        up.add_metric(["redis"], bool(metrics))
        yield from metrics
        yield from _of_spool(gauges.spool(self.now))
        try:
            metrics = list(_of_ledger(*gauges.gaps()))
        except StoreUnavailable:
            metrics = []
        up.add_metric(["postgres"], bool(metrics))
        yield from metrics
        yield up


def render(now: datetime) -> bytes:
    """A scrape: some round trips, some milliseconds."""
    with suppress(redis.RedisError):
        totals.send()
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_AtScrape(now))
    return generate_latest(registry)


def _of_totals(found: Totals) -> Iterator[Metric]:
    for name, meaning in COUNTERS.items():
        unit = "messages" if name == "messages" else f"events_{name}"
        yield CounterMetricFamily(f"analytics_pulse_{unit}", meaning, value=found.get(name, 0))
    for kind, (name, label, meaning) in LABELLED.items():
        family = CounterMetricFamily(f"analytics_pulse_{name}", meaning, labels=[label])
        for value, count in totals.labelled(found, kind).items():
            family.add_metric([value], count)
        yield family
    lookups = CounterMetricFamily(
        "analytics_pulse_cache_lookups", "Keys and projects looked up, by where they were.", labels=["cache", "layer"]
    )
    for value, count in totals.labelled(found, "cache").items():
        lookups.add_metric(value.split(":"), count)
    yield lookups
    steps = HistogramMetricFamily(
        "analytics_pulse_pipeline_step_seconds",
        "Time of a step of the pipeline, for messages processed together.",
        labels=["step"],
    )
    for step in totals.step_names(found):
        _add(steps, totals.histogram(found, f"step:{step}"), [step])
    yield steps
    delay = HistogramMetricFamily(
        "analytics_pulse_delay_seconds", "From the receipt of a message's oldest event until it was stored.", labels=[]
    )
    _add(delay, totals.histogram(found, "delay"), [])
    yield delay


def _of_queue(queue: gauges.Queue) -> Iterator[Metric]:
    yield GaugeMetricFamily("analytics_pulse_queue_messages", "Messages that wait or are under way.", queue.messages)
    yield GaugeMetricFamily(
        "analytics_pulse_queue_oldest_seconds", "Since the oldest event that waits was received.", queue.oldest_s
    )


def _of_spool(spool: gauges.OnDisk) -> Iterator[Metric]:
    yield GaugeMetricFamily("analytics_pulse_spool_messages", "Messages on this machine's disk.", spool.messages)
    yield GaugeMetricFamily("analytics_pulse_spool_bytes", "Their size.", spool.size_bytes)
    yield GaugeMetricFamily("analytics_pulse_spool_oldest_seconds", "Age of the oldest of them.", spool.oldest_s)


def _of_ledger(hours: int, events: int) -> Iterator[Metric]:
    yield GaugeMetricFamily(
        "analytics_pulse_ledger_gaps", "Hours of projects in which events are missing or too many.", hours
    )
    yield GaugeMetricFamily("analytics_pulse_ledger_gap_events", "How many events that is.", events)


def _add(family: HistogramMetricFamily, found: Histogram, labels: list[str]) -> None:
    bounds = [*(str(bound) for bound in BOUNDS_S), "+Inf"]
    family.add_metric(labels, list(zip(bounds, accumulate(found.buckets), strict=True)), found.total_s)
