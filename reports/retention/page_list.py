"""The list of pages by when they were first seen: which are asked for, and in which order."""

from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reports.answer_cache import AnswerCache
from reports.fingerprint import fingerprint
from reports.params import InvalidParams, Question, fault
from tracking.storage.page_ages import ORDERS, AgedPages, aged_pages

MAX_SEARCH_CHARS = 200
DEFAULT = "-first_seen"
COLUMNS = {
    "page": _("Page"),
    "first_seen": _("First seen"),
    "views_1d": _("First day"),
    "views_7d": _("First 7 days"),
    "views_30d": _("First 30 days"),
    "views": _("Until now"),
}

_cache = AnswerCache("page-ages", AgedPages)


@dataclass(frozen=True, slots=True)
class AskedPages:
    """sort: one of the orders; with a minus before it the largest first."""

    search: str
    sort: str

    @property
    def order(self) -> str:
        return self.sort.removeprefix("-")

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    def sorted_by(self, order: str) -> str:
        """What this column's head leads to: numbers begin with the most, and the same column turns round."""
        if order == self.order:
            return order if self.is_descending else f"-{order}"
        return order if order == "page" else f"-{order}"


def asked(params: QueryDict) -> AskedPages:
    """Raises InvalidParams."""
    search, sort = params.get("search", "").strip(), params.get("sort") or DEFAULT
    if len(search) > MAX_SEARCH_CHARS or "\0" in search:
        raise InvalidParams(errors=[fault("search", "invalid_value", f"at most {MAX_SEARCH_CHARS} characters")])
    if sort.removeprefix("-") not in ORDERS:
        raise InvalidParams(errors=[fault("sort", "unknown_order", f"one of {', '.join(ORDERS)}, maybe after a -")])
    return AskedPages(search, sort)


def found(question: Question, wanted: AskedPages, now: datetime, *, limit: int, offset: int) -> AgedPages:
    """The new pages of the period. Raises what the store raises."""
    period = question.period.period

    def compute() -> AgedPages:
        return aged_pages(
            question.project,
            period,
            question.conditions,
            until=now,
            search=wanted.search,
            order=wanted.order,
            is_descending=wanted.is_descending,
            limit=limit,
            offset=offset,
        )

    query = question.query((), limit=limit, offset=offset)
    named = f"{fingerprint(query)}:{wanted.sort}:{wanted.search}"
    return _cache.get(question.project.id, period.start, max(now, period.start), named, compute)


def sorted_how(wanted: AskedPages, order: str) -> str:
    """As aria-sort says it; "" for a column that the list is not sorted by."""
    if order != wanted.order:
        return ""
    return "descending" if wanted.is_descending else "ascending"
