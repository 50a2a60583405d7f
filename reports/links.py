"""Addresses of the dashboard: all of what it shows is in its query string, so that a link shows the same to another."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reports import comparison, conditions
from reports.condition_words import filter_words, sentence, words
from reports.params import ANY_CASE, MAX_FILTERS, Question
from reports.period_address import parts_of_comparison, parts_of_period
from reports.periods import ReportPeriod
from reports.segments import AppliedSegment
from reports.viewing import Viewing
from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter

# The pages about a project's numbers, by the names of their addresses.
PAGES = {"dashboard": _("Overview")}


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that must hold: its words, of which `value` stands out, and the address without it.

    explains: what it comes to, where its words do not say so.
    """

    text: str
    value: str
    remove_url: str
    explains: str = ""

    @property
    def words(self) -> str:
        return f"{self.text} {self.value}".strip()


@dataclass(frozen=True, slots=True)
class DashboardLinks:
    """Addresses for what a question shows and for what it could show instead."""

    viewing: Viewing
    question: Question
    metric: str = ""
    page: str = "dashboard"  # the one of PAGES that these addresses stay on
    of: tuple[str, ...] = ()  # what the page is about, as its address says it after the project

    def page_url(self) -> str:
        return self._page(self._period(), self._which())

    def pages(self) -> list[tuple[str, str, str]]:
        """The pages that a member goes to with the same question: name, title, address."""
        parts = urlencode([*self._period(), *self._which()])
        return [(name, title, f"{self.viewing.address(name)}?{parts}") for name, title in PAGES.items()]

    def parts(self) -> list[tuple[str, str]]:
        """The page's query string as names and values, for a form that adds to it."""
        return [*self._period(), *self._which(), *self._metric()]

    def parts_without_period(self) -> list[tuple[str, str]]:
        return [*self._which(), *self._metric()]

    def of_period(self, name: str) -> str:
        return self._page([("period", name), *self._comparison()], self._which())

    def of_range(self, period: ReportPeriod) -> str:
        return self._page([*parts_of_period(period), *self._comparison()], self._which())

    def compared_with(self, mode: str, *, match_weekday: bool = False) -> str:
        """The same, compared otherwise: with comparison.NONE with nothing."""
        more = [("match_weekday", "1")] if match_weekday and mode != comparison.NONE else []
        return self._page([*parts_of_period(self.question.period), ("compare", mode), *more], self._which())

    def with_filter(self, dimension: str, value: str) -> str:
        """The same with one more filter; a filter on the same dimension gives way to it."""
        others = [each for each in self.question.filters if not _is_on(each, dimension)]
        return self._page(self._period(), self._which([*others, Filter(dimension, "is", (value,))]))

    def with_segment(self, segment_id: UUID) -> str:
        """The same filters within this segment, in place of any other one."""
        return self._page(self._period(), [*_texts(self.question.filters), ("segment", str(segment_id))])

    def of_segment(self, segment_id: UUID) -> str:
        """All of the segment and nothing else."""
        return self._page(self._period(), [("segment", str(segment_id))])

    def without_segment(self, segment_id: UUID) -> str:
        others = [each for each in self.question.segments if each.id != segment_id]
        return self._page(self._period(), self._which(segments=others))

    def without_filters(self) -> str:
        return self._page(self._period(), [])

    def section(self, name: str, **more: str) -> str:
        return self._address(self.viewing.address("section", name), more)

    def to(self, view: str, *args: object, **more: str) -> str:
        """The address of another view of the project, which only members have, for the same question."""
        return self._address(reverse(view, args=(self.question.project.id, *args)), more)

    def chips(self) -> list[Chip]:
        """One for each segment and each condition that must hold."""
        filters = _flat(self.question.filters)
        return [
            *(
                Chip("Segment", each.name, self.without_segment(each.id), explains=sentence(each.conditions))
                for each in self.question.segments
            ),
            *(
                _chip(each, self._page(self._period(), self._which([*filters[:index], *filters[index + 1 :]])))
                for index, each in enumerate(filters)
            ),
        ]

    def _period(self) -> list[tuple[str, str]]:
        return [*parts_of_period(self.question.period), *self._comparison()]

    def _comparison(self) -> list[tuple[str, str]]:
        return parts_of_comparison(self.question.comparison, self.question.period)

    def _which(
        self, filters: Sequence[Condition] | None = None, segments: Sequence[AppliedSegment] | None = None
    ) -> list[tuple[str, str]]:
        """Which part of the data: the question's own filters and segments, or these in their place."""
        shown = self.question.segments if segments is None else segments
        return [
            *_texts(self.question.filters if filters is None else filters),
            *(("segment", str(each.id)) for each in shown),
        ]

    def _metric(self) -> list[tuple[str, str]]:
        return [("metric", self.metric)] if self.metric else []

    def _address(self, address: str, more: Mapping[str, str]) -> str:
        return f"{address}?{urlencode([*self._period(), *self._which(), *more.items()])}"

    def _page(self, period: list[tuple[str, str]], which: list[tuple[str, str]]) -> str:
        parts = [*period, *which, *self._metric()]
        return f"{self.viewing.address(self.page, *self.of)}?{urlencode(parts)}"


def _chip(condition: Condition, remove_url: str) -> Chip:
    if isinstance(condition, Filter):
        parts = filter_words(condition)
        return Chip(f"{parts.dimension} {parts.operator}", parts.values, remove_url)
    said = words(condition)
    if isinstance(condition, AnyOf) and len(condition.conditions) > 1:
        said = said[1:-1]  # alone on its chip, it needs no brackets
    return Chip(said[0].upper() + said[1:], "", remove_url)


def _is_on(condition: Condition, dimension: str) -> bool:
    return isinstance(condition, Filter) and (condition.dimension, condition.operator) == (dimension, "is")


def _flat(filters: Sequence[Condition]) -> list[Condition]:
    """The same conditions, without an `and` around several of them: each can be taken away alone."""
    return [part for each in filters for part in (_flat(each.conditions) if isinstance(each, AllOf) else [each])]


def _texts(filters: Sequence[Condition]) -> list[tuple[str, str]]:
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
