"""The properties that events of a period really have, each a breakdown."""

from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from reports.panels import Breakdown, of_property
from reports.params import Question
from tracking.storage.property_keys import property_keys

MAX_KEYS = 50
_cache = AnswerCache("property-keys", list[str])


def property_tabs(question: Question, key: str = "") -> tuple[Breakdown, ...]:
    """The most frequent first; `key` is among them whether it occurs or not. Raises what the store raises.

    Where a shared link folds what few visitors did, no keys are told: one may occur once.
    """
    if question.least_visitors > 1:
        return ()
    query = question.query(("events",))
    keys = _cache.get(
        query.project.id,
        query.period.start,
        query.period.end,
        fingerprint(query),
        lambda: [each.key for each in property_keys(query.project, query.period, query.filters, limit=MAX_KEYS)],
    )
    found = (of_property(each) for each in dict.fromkeys([*keys, *([key] if key else [])]))
    return tuple(each for each in found if each is not None)
