"""The slow and obvious way to say which events reach a goal: from all of a project's events, in plain Python."""

import re
from collections.abc import Iterable
from itertools import groupby
from typing import Any
from uuid import UUID

from goals.models import Goal
from tracking.event_types import COUNTS_VISITOR
from tracking.storage.rows import EventRow


def reached(goal: Goal, events: Iterable[EventRow]) -> dict[UUID, float | None]:
    """The events' ids, and the value of each completion."""
    rows = sorted(events, key=lambda row: (row.session_id, row.path, row.occurred_at, row.event_id))
    rows = [row for row in rows if row.session_id and _is_on_page(goal, row.path)]
    if goal.goal_type in ("scroll", "engagement"):
        return _once_a_page(goal, [row for row in rows if row.event_type == "engagement"])
    found = {}
    for row in rows:
        value = _value(goal, row)
        if _is_it(goal, row) and (goal.goal_type != "value" or (value is not None and value >= goal.target_value)):
            found[row.event_id] = value
    return found


def _once_a_page(goal: Goal, rows: list[EventRow]) -> dict[UUID, float | None]:
    found: dict[UUID, float | None] = {}
    for _, some in groupby(rows, key=lambda row: (row.session_id, row.path)):
        page = list(some)
        for number, row in enumerate(page, 1):
            so_far = page[:number]
            if goal.goal_type == "scroll":
                is_enough = max(each.scroll_depth or 0 for each in so_far) >= goal.target_value
            else:
                is_enough = sum(each.engaged_ms or 0 for each in so_far) >= goal.target_value * 1000
            if is_enough:
                found[row.event_id] = None
                break
    return found


def _is_on_page(goal: Goal, path: str) -> bool:
    pattern = goal.target_url_pattern
    if not pattern:
        return True
    if goal.url_match == "regex":
        return re.search(pattern, path) is not None
    if goal.url_match == "wildcard":
        return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), path, re.DOTALL) is not None
    return path == pattern


def _is_it(goal: Goal, row: EventRow) -> bool:
    if goal.goal_type == "pageview":
        return row.event_type == "pageview"
    if row.event_type not in ([goal.target_event_type] if goal.target_event_type else COUNTS_VISITOR):
        return False
    if goal.target_event_name and row.event_name != goal.target_event_name:
        return False
    return all(_holds(each, row) for each in goal.conditions)


def _holds(condition: dict[str, Any], row: EventRow) -> bool:
    text = _text(row, condition["key"])
    values = condition["values"]
    match condition["operator"]:
        case "is":
            return text in values
        case "is_not":
            return text not in values
        case "contains":
            return any(value in text for value in values)
        case "contains_not":
            return not any(value in text for value in values)
        case "matches":
            return any(re.search(value, text) for value in values)
        case "gte":
            return _number(text) is not None and _number(text) >= float(values[0])
        case "lt":
            return _number(text) is not None and _number(text) < float(values[0])
    raise AssertionError(condition)


def _value(goal: Goal, row: EventRow) -> float | None:
    return _number(_text(row, goal.value_property)) if goal.value_property else row.value


def _text(row: EventRow, key: str) -> str:
    """Of texts and whole numbers, which is all that the tests have."""
    value = (row.custom_data or {}).get(key)
    return "" if value is None else str(value)


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
