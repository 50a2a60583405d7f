"""Addresses of the dashboard: all of what it shows is in its query string, so that a link shows the same to another."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse

from reports import labels, periods
from reports.params import Question
from tracking.storage.spec import DIMENSIONS, Filter

OPERATOR_WORDS = {"is": "is", "is_not": "is not", "contains": "contains", "contains_not": "does not contain"}


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter that is on: its words, and the address without it."""

    dimension: str
    operator: str
    values: str
    remove_url: str


@dataclass(frozen=True, slots=True)
class DashboardLinks:
    """Addresses for what a question shows and for what it could show instead."""

    question: Question
    metric: str = ""

    def page(self) -> str:
        return self._page(self._period(), self.question.filters)

    def parts(self) -> list[tuple[str, str]]:
        """The page's query string as names and values, for a form that adds to it."""
        return [*self._period(), *_texts(self.question.filters), *self._metric()]

    def of_period(self, name: str) -> str:
        return self._page([("period", name)], self.question.filters)

    def with_filter(self, dimension: str, value: str) -> str:
        """The same with one more filter; a filter on the same dimension gives way to it."""
        others = [each for each in self.question.filters if (each.dimension, each.operator) != (dimension, "is")]
        return self._page(self._period(), [*others, Filter(dimension, "is", (value,))])

    def without_filters(self) -> str:
        return self._page(self._period(), ())

    def section(self, name: str, **more: str) -> str:
        address = reverse("reports:section", args=(self.question.project.id, name))
        parts = [*self._period(), *_texts(self.question.filters), *more.items()]
        return f"{address}?{urlencode(parts)}"

    def chips(self) -> list[Chip]:
        filters = self.question.filters
        return [
            Chip(
                dimension=DIMENSIONS[each.dimension].label,
                operator=OPERATOR_WORDS[each.operator],
                values=" or ".join(labels.label(each.dimension, value) for value in each.values),
                remove_url=self._page(self._period(), [other for other in filters if other is not each]),
            )
            for each in filters
        ]

    def _period(self) -> list[tuple[str, str]]:
        period = self.question.period
        if period.name == periods.CUSTOM:
            return [("from", period.first.isoformat()), ("to", period.last.isoformat())]
        return [("period", period.name)]

    def _metric(self) -> list[tuple[str, str]]:
        return [("metric", self.metric)] if self.metric else []

    def _page(self, period: list[tuple[str, str]], filters: Sequence[Filter]) -> str:
        parts = [*period, *_texts(filters), *self._metric()]
        return f"{reverse('reports:dashboard', args=(self.question.project.id,))}?{urlencode(parts)}"


def _texts(filters: Sequence[Filter]) -> list[tuple[str, str]]:
    return [("f", f"{each.dimension}:{each.operator}:{value}") for each in filters for value in each.values]
