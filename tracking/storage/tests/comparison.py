"""When two answers are the same, and how many the tests of made-up questions ask for."""

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any

from hypothesis import HealthCheck, Phase, settings

from tracking.storage.spec import Row, StatsQuery

# `make soak` asks for thousands.
EXAMPLES = int(os.environ.get("ORACLE_EXAMPLES") or 150)
QUESTIONS_EACH = 6
SHRINKS = os.environ.get("ORACLE_SHRINK") != "0"  # which takes minutes


def by_keys(query: StatsQuery, rows: list[tuple]) -> dict[tuple, tuple]:
    width = len(query.dimensions) + bool(query.interval)
    found = {row[:width]: tuple(rounded(value) for value in row[width:]) for row in rows}
    assert len(found) == len(rows), "a row appears twice"
    return found


def differences(found: dict[tuple, tuple], expected: dict[tuple, tuple]) -> dict[tuple, tuple]:
    """By the keys of a row: what was found, and what was expected. Empty: the same."""
    return {
        keys: (found.get(keys), expected.get(keys))
        for keys in found.keys() | expected.keys()
        if found.get(keys) != expected.get(keys)
    }


def rounded(value: float | None) -> float | str | None:
    """Sums of fractions differ in their last digits by the order in which they are added."""
    return f"{value + 0.0:.9g}" if isinstance(value, float) and abs(value) > 1e-9 else value and float(value)


def in_order(query: StatsQuery, rows: list[Row]) -> list[Row]:
    """As they are to come: what is not known last, ties by the keys."""
    names = ["interval"] * bool(query.interval) + list(query.dimensions)

    def values(name: str, row: Row) -> object:
        if name in query.metrics:
            return row.metrics[query.metrics.index(name)]
        key = row.dimensions[names.index(name)]
        return datetime.fromisoformat(key) if name == "interval" else key

    order = query.order_by or ((("interval", False),) if query.interval else ()) + ((query.metrics[0], True),)
    for name, is_descending in reversed([*order, *((name, False) for name in names)]):
        known = [row for row in rows if values(name, row) is not None]
        unknown = [row for row in rows if values(name, row) is None]
        rows = sorted(known, key=lambda row: values(name, row), reverse=is_descending) + unknown
    return rows


def by_rows(query: StatsQuery) -> Callable[[Row], tuple]:
    return lambda row: (row.dimensions, tuple(map(rounded, row.metrics)))


def tried(share: float = 1.0) -> Callable[[Any], Any]:
    """How a test of made-up questions is run."""
    return settings(
        max_examples=round(EXAMPLES * share),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        report_multiple_bugs=False,
        phases=(Phase.generate, Phase.shrink) if SHRINKS else (Phase.generate,),
    )
