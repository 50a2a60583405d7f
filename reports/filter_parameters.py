"""Filters as parameters of an address, which params.py reads again."""

import json
from collections.abc import Sequence

from reports import conditions
from reports.params import ANY_CASE, MAX_FILTERS
from tracking.storage.conditions import AllOf, Condition, Filter


def flat(filters: Sequence[Condition]) -> list[Condition]:
    """The same conditions, without an `and` around several of them: each can be taken away alone."""
    return [part for each in filters for part in (flat(each.conditions) if isinstance(each, AllOf) else [each])]


def filter_parameters(filters: Sequence[Condition]) -> list[tuple[str, str]]:
    """Filters as parameters: `f=dimension:operator:value` for each that this form can say, JSON for the others."""
    plain: dict[tuple[str, str], Filter] = {}
    others: list[Condition] = []
    count = 0
    for each in filters:
        # The same dimension and operator again would be any of the values, where both must hold.
        if (
            isinstance(each, Filter)
            and (each.dimension, each.operator) not in plain
            and _is_plain(each)
            and count + len(each.values) <= MAX_FILTERS
        ):
            plain[each.dimension, each.operator] = each
            count += len(each.values)
        else:
            others.append(each)
    texts = [("f", f"{each.dimension}:{each.operator}:{value}") for each in plain.values() for value in each.values]
    if others:
        texts.append(("filters", json.dumps(conditions.as_json(others), ensure_ascii=False, separators=(",", ":"))))
    return texts


def _is_plain(condition: Filter) -> bool:
    # A property's key may have colons of its own.
    return condition.case_sensitive == (condition.operator not in ANY_CASE) and condition.dimension.count(":") <= 1
