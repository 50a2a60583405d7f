"""GET /api/v1/performance/metrics: how ingestion is doing, for administrators. The numbers of /metrics, worked out."""

import platform
from datetime import datetime
from typing import Any

import django
import redis
from django.conf import settings
from django.db import connection
from drf_spectacular.utils import OpenApiExample, OpenApiResponse, extend_schema
from rest_framework import serializers
from rest_framework.permissions import IsAdminUser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics_pulse import clock
from analytics_pulse.problems import Problem
from projects.api import documentation
from projects.api.caller import person
from projects.models import Role
from tracking.connections import redis_client
from tracking.metrics import gauges, totals
from tracking.metrics.totals import Histogram, Totals
from tracking.storage import partitions, rollup_due
from tracking.storage.base import StoreUnavailable
from tracking.storage.failures import translated

# Counted in every process, and shown as rates.
RATES = ("messages", "accepted", "stored", "duplicate")

_EXAMPLE = {
    "as_of": "2026-11-20T08:40:02Z",
    "queue": {"messages": 3, "oldest_s": 0.1},
    "spool": {"messages": 0, "size_bytes": 0, "oldest_s": 0.0},
    "ledger": {"gaps": 0, "gap_events": 0},
    "recent": {
        "seconds": 300.0,
        "per_second": {"messages": 110.2, "accepted": 9811.4, "stored": 9790.0, "duplicate": 3.1},
        "refused_by_code": {"rate_limited": 40},
        "rejected_by_code": {"too_old": 12},
        "quarantined_by_reason": {"bot": 5480},
        "delay": {"count": 33060, "p50_ms": 31.0, "p95_ms": 74.2},
        "steps": {"enrich": {"count": 33060, "p50_ms": 1.7, "p95_ms": 4.4}},
        "cache_hit_rate": {"key": 0.9994, "project": 0.9998},
    },
    "totals": {"messages": 5120334, "accepted": 401233000, "stored": 400921000, "duplicate": 4410},
    "partitions": {"ok": True, "ahead_months": 6, "missing": []},
    "rollups": {"dirty_slots": 12, "oldest_dirty_at": "2026-11-20T06:15:00Z", "refreshed_at": "2026-11-20T08:31:10Z"},
    "versions": {"product": "0.1.0", "python": "3.12.7", "django": "5.2.19", "postgres": "18.1", "redis": "7.4.1"},
}


class ServiceAway(Problem):
    status_code = 503
    code = "unavailable"
    title = "The database or Redis cannot be reached at the moment"


class TimingSerializer(serializers.Serializer):
    count = serializers.IntegerField()
    p50_ms = serializers.FloatField(allow_null=True)
    p95_ms = serializers.FloatField(allow_null=True)


class WaitingSerializer(serializers.Serializer):
    messages = serializers.IntegerField()
    oldest_s = serializers.FloatField(help_text="Since the oldest event that waits was received.")


class SpoolSerializer(WaitingSerializer):
    size_bytes = serializers.IntegerField()


class GapsSerializer(serializers.Serializer):
    gaps = serializers.IntegerField(help_text="Hours of projects that do not add up.")
    gap_events = serializers.IntegerField()


class RecentSerializer(serializers.Serializer):
    seconds = serializers.FloatField(help_text="How far back this looks: about 300 s; 0 in the first minute.")
    per_second = serializers.DictField(child=serializers.FloatField())
    refused_by_code = serializers.DictField(child=serializers.IntegerField(), help_text="Requests, by error.")
    rejected_by_code = serializers.DictField(child=serializers.IntegerField(), help_text="Events, by error.")
    quarantined_by_reason = serializers.DictField(child=serializers.IntegerField())
    delay = TimingSerializer(help_text="From the receipt of a message's oldest event until it was stored.")
    steps = serializers.DictField(
        child=TimingSerializer(), help_text="Of the pipeline, for messages processed together."
    )
    cache_hit_rate = serializers.DictField(
        child=serializers.FloatField(), help_text="Look-ups that the process's own memory answered, from 0 to 1."
    )


class PartitionStateSerializer(serializers.Serializer):
    ok = serializers.BooleanField()
    ahead_months = serializers.IntegerField()
    missing = serializers.ListField(child=serializers.CharField())


class RollupStateSerializer(serializers.Serializer):
    dirty_slots = serializers.IntegerField(help_text="Changes of days that are to be added up, or are not over.")
    oldest_dirty_at = serializers.DateTimeField(allow_null=True, help_text="More than two days ago: nobody does it.")
    refreshed_at = serializers.DateTimeField(allow_null=True, help_text="When a day was last added up.")


class PerformanceSerializer(serializers.Serializer):
    as_of = serializers.DateTimeField()
    queue = WaitingSerializer(help_text="Accepted and not stored yet, in Redis.")
    spool = SpoolSerializer(help_text="On the disk of the machine that answers, since Redis was away.")
    ledger = GapsSerializer()
    recent = RecentSerializer()
    totals = serializers.DictField(child=serializers.IntegerField(), help_text="Since Redis was new.")
    partitions = PartitionStateSerializer()
    rollups = RollupStateSerializer()
    versions = serializers.DictField(child=serializers.CharField())


class PerformanceView(APIView):
    permission_classes = (IsAdminUser,)

    @extend_schema(
        tags=["Operation"],
        operation_id="performance_metrics",
        summary="How ingestion is doing",
        description="Queue, rates and times of the last five minutes, over all processes.",
        responses={
            200: OpenApiResponse(PerformanceSerializer, examples=[OpenApiExample("Busy and well", _EXAMPLE)]),
            **documentation.READING,
            503: documentation.problem(503, ServiceAway.code, ServiceAway.title, "Try again after `Retry-After`."),
        },
    )
    def get(self, request: Request) -> Response:
        person(request, Role.VIEWER)  # a token needs its scope
        try:
            return Response(performance(clock.now()))
        except (redis.RedisError, StoreUnavailable) as error:
            raise ServiceAway(headers={"Retry-After": "5"}) from error


def performance(now: datetime) -> dict[str, Any]:
    """See PerformanceSerializer. Raises redis.RedisError or StoreUnavailable."""
    totals.send()
    found = totals.read()
    queue, spool, (gaps, gap_events) = gauges.queue(now), gauges.spool(now), gauges.gaps()
    with translated():
        months = partitions.health(now)
        postgres: int = connection.pg_version  # type: ignore[attr-defined]
    server: dict[str, Any] = redis_client().info("server")  # type: ignore[assignment]
    return {
        "as_of": now.isoformat(),
        "queue": {"messages": queue.messages, "oldest_s": round(queue.oldest_s, 1)},
        "spool": {
            "messages": spool.messages,
            "size_bytes": spool.size_bytes,
            "oldest_s": round(spool.oldest_s, 1),
        },
        "ledger": {"gaps": gaps, "gap_events": gap_events},
        "recent": _recent(found, now),
        "totals": {name: found.get(name, 0) for name in RATES},
        "partitions": {name: months[name] for name in ("ok", "ahead_months", "missing")},
        "rollups": rollup_due.state()._asdict(),
        "versions": {
            "product": settings.VERSION,
            "python": platform.python_version(),
            "django": django.get_version(),
            "postgres": f"{postgres // 10_000}.{postgres % 10_000}",
            "redis": server["redis_version"],
        },
    }


def _recent(found: Totals, now: datetime) -> dict[str, Any]:
    added, seconds = totals.recent(found, now)
    return {
        "seconds": round(seconds, 1),
        "per_second": {name: round(added.get(name, 0) / seconds, 2) if seconds else 0.0 for name in RATES},
        "refused_by_code": totals.labelled(added, "refused"),
        "rejected_by_code": totals.labelled(added, "rejected"),
        "quarantined_by_reason": totals.labelled(added, "quarantined"),
        "delay": _timing(totals.histogram(added, "delay")),
        "steps": {name: _timing(totals.histogram(added, f"step:{name}")) for name in totals.step_names(added)},
        "cache_hit_rate": _hit_rates(added),
    }


def _timing(histogram: Histogram) -> dict[str, Any]:
    return {"count": histogram.count, "p50_ms": _ms(histogram, 0.5), "p95_ms": _ms(histogram, 0.95)}


def _ms(histogram: Histogram, share: float) -> float | None:
    quantile_s = histogram.quantile_s(share)
    return None if quantile_s is None else round(quantile_s * 1000, 2)


def _hit_rates(added: Totals) -> dict[str, float]:
    hits: dict[str, int] = {}
    lookups: dict[str, int] = {}
    for label, count in totals.labelled(added, "cache").items():
        cache, _, layer = label.partition(":")
        lookups[cache] = lookups.get(cache, 0) + count
        hits[cache] = hits.get(cache, 0) + count * (layer == "memory")
    return {cache: round(hits[cache] / count, 4) for cache, count in lookups.items()}
