"""Addresses of the dashboard: all of what it shows is in its query string, so that a link shows the same to another."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from reports import comparison
from reports.chips import Chip, chip
from reports.condition_words import sentence
from reports.filter_parameters import filter_parameters, flat
from reports.folding import FOLDED
from reports.goal_names import GoalNames
from reports.models import Segment
from reports.params import Question
from reports.period_address import parts_of_comparison, parts_of_period
from reports.periods import ReportPeriod
from reports.segments import AppliedSegment
from reports.viewing import Viewing
from tracking.storage.conditions import Condition, Filter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# The pages about a project's numbers, by the names of their addresses.
PAGES = {
    "dashboard": _("Overview"),
    "realtime": _("Realtime"),
    "goals": _("Goals"),
    "funnels": _("Funnels"),
    "campaigns": _("Campaigns"),
    "journeys": _("Journeys"),
    "retention": _("Retention"),
    "events": _("Events"),
    "visitors": _("Visitors"),
    "broken-pages": _("Broken pages"),
}
# Pages that are reached from another one, and stand under it.
UNDER = {"visits": "visitors", "new-funnel": "funnels", "edit-funnel": "funnels"}
# By page: parameters of its address that say what it shows, and that its own links keep.
CHOICES = {
    "broken-pages": ("state", "search"),
    "campaigns": ("by", "goal", "attribution", "search", "sort"),
    "funnels": ("breakdown",),
    "journeys": ("anchor", "direction", "steps", "breadth", "events"),
    "retention": ("unit", "by", "again", "search", "sort"),
}


@dataclass(frozen=True, slots=True)
class DashboardLinks:
    """Addresses for what a question shows and for what it could show instead."""

    viewing: Viewing
    question: Question
    metric: str = ""
    page: str = "dashboard"  # the one of PAGES that these addresses stay on
    subject: tuple[str, ...] = ()  # what the page is about, as its address says it after the project
    tabs: tuple[str, ...] = ()  # the tabs that are open, by the tokens of panels.py
    editing: Segment | None = None  # whose filters are being changed
    choices: tuple[tuple[str, str], ...] = ()  # of CHOICES, as the address has them

    def page_url(self) -> str:
        return self._page(self._period(), self._which())

    @property
    def entry(self) -> str:
        """Where in the navigation the page stands."""
        return UNDER.get(self.page, self.page)

    def pages(self) -> "list[tuple[str, StrOrPromise, str]]":
        """The pages that whoever looks goes to with the same question: name, title, address."""
        parts = urlencode([*self._period(), *self._which(), *self.viewing.kept])
        return [
            (name, title, f"{self.viewing.address(name)}?{parts}")
            for name, title in PAGES.items()
            if self.viewing.shows(name)
        ]

    @property
    def visitors(self) -> str:
        return self.to("reports:visitors")

    @property
    def visits(self) -> str:
        return self.to("reports:visits")

    def parts(self) -> list[tuple[str, str]]:
        """The page's query string as names and values, for a form that adds to it."""
        return [*self._period(), *self._which(), *self._view(), *self.viewing.kept]

    def parts_without_period(self) -> list[tuple[str, str]]:
        return [*self._which(), *self._view(), *self.viewing.kept]

    def of_period(self, name: str) -> str:
        return self._page([("period", name), *self._comparison()], self._which())

    def of_range(self, period: ReportPeriod) -> str:
        return self._page([*parts_of_period(period), *self._comparison()], self._which())

    def compared_with(self, mode: str, *, match_weekday: bool = False) -> str:
        """The same, compared otherwise: with comparison.NONE with nothing."""
        more = [("match_weekday", "1")] if match_weekday and mode != comparison.NONE else []
        return self._page([*parts_of_period(self.question.period), ("compare", mode), *more], self._which())

    def with_filter(self, dimension: str, value: str) -> str:
        """The same with one more filter; a filter on the same dimension gives way to it. "" for folded values."""
        if value == FOLDED:
            return ""
        added = _equal({dimension: value})
        return self._page(self._period(), self._which([*self._without([dimension]), *added]))

    def holds(self, values: Mapping[str, str]) -> bool:
        """Whether these dimensions having these values are filters of the page."""
        return all(each in self.question.filters for each in _equal(values))

    def toggled(self, values: Mapping[str, str]) -> str:
        """The same with these dimensions having these values; where they are filters already, without them."""
        added = [] if self.holds(values) else _equal(values)
        return self._page(self._period(), self._which([*self._without(values), *added]))

    def unedited(self) -> str:
        """All of the segment whose filters are being changed, as it is kept."""
        assert self.editing is not None
        return replace(self, editing=None)._page(self._period(), [("segment", str(self.editing.pk))])

    def without_segment(self, segment_id: UUID) -> str:
        others = [each for each in self.question.segments if each.id != segment_id]
        return self._page(self._period(), self._which(segments=others))

    def without_filters(self) -> str:
        return self._page(self._period(), [])

    def section(self, name: str, **more: str) -> str:
        """The address of a part of the page, for the same question."""
        return self._address(self.viewing.address("section", name), more)

    def unfiltered_section(self, name: str) -> str:
        """The same without the filters that the question has of its own."""
        parts = [*self._period(), *self._which([]), *self.viewing.kept]
        return f"{self.viewing.address('section', name)}?{urlencode(parts)}"

    def to(self, view: str, *args: object, **more: str) -> str:
        """The address of another view of the project, which only members have, for the same question."""
        return self._address(reverse(view, args=(self.question.project.id, *args)), more)

    def chips(self) -> list[Chip]:
        """One for each segment and each condition that must hold."""
        filters, goals = flat(self.question.filters), GoalNames(self.question.project.id)
        return [
            *(
                Chip(
                    _("Segment"),
                    each.name,
                    self.without_segment(each.id),
                    explains=sentence(each.conditions, goals),
                    edit_url=self.to("reports:segment", each.id),
                    is_segment=True,
                )
                for each in self.question.segments
            ),
            *(
                chip(
                    each,
                    goals,
                    remove_url=self._page(self._period(), self._which([*filters[:index], *filters[index + 1 :]])),
                    edit_url=self.section("filter-dialog", at=str(index)),
                )
                for index, each in enumerate(filters)
            ),
        ]

    def _without(self, dimensions: Iterable[str]) -> list[Condition]:
        return [each for each in self.question.filters if not any(_is_on(each, name) for name in dimensions)]

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
            *filter_parameters(self.question.filters if filters is None else filters),
            *(("segment", str(each.id)) for each in shown),
        ]

    def _view(self) -> list[tuple[str, str]]:
        """What is looked at of it, which changes no number."""
        metric = [("metric", self.metric)] if self.metric else []
        editing = [("editing", str(self.editing.pk))] if self.editing else []
        return [*metric, *(("tab", token) for token in self.tabs), *editing, *self.choices]

    def _address(self, address: str, more: Mapping[str, str]) -> str:
        return f"{address}?{urlencode([*self._period(), *self._which(), *more.items(), *self.viewing.kept])}"

    def _page(self, period: list[tuple[str, str]], which: list[tuple[str, str]]) -> str:
        parts = [*period, *which, *self._view(), *self.viewing.kept]
        return f"{self.viewing.address(self.page, *self.subject)}?{urlencode(parts)}"


def _equal(values: Mapping[str, str]) -> list[Filter]:
    return [Filter(dimension, "is", (value,)) for dimension, value in values.items()]


def _is_on(condition: Condition, dimension: str) -> bool:
    return isinstance(condition, Filter) and (condition.dimension, condition.operator) == (dimension, "is")
