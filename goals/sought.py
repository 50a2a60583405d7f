"""Which events a goal is looked for in, as the store finds them: all that can reach it are among them."""

from goals.models import Goal, UrlMatch
from goals.rules import Rule
from tracking.storage.completion_candidates import Sought
from tracking.storage.conditions_sql import LIKE_SPECIAL


def sought(goal: Goal, rule: Rule) -> Sought:
    """Of `goal`, compiled as `rule`."""
    pattern = goal.target_url_pattern
    properties = dict.fromkeys([key for key, _ in rule.properties] + ([rule.amount] if rule.amount else []))
    return Sought(
        event_types=rule.event_types,
        event_name=rule.event_name,
        path=pattern if goal.url_match == UrlMatch.EXACT else "",
        path_like=pattern.translate(LIKE_SPECIAL).replace("*", "%") if goal.url_match == UrlMatch.WILDCARD else "",
        properties=tuple(properties),
        has_value=rule.least is not None and not rule.amount and not rule.is_of_visits,
    )
