"""The goals of a project as the list shows them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy

from goals.models import Fill, Goal, State
from goals.models.goals import MAX_GOALS
from projects.models import Project
from reports import figures, headlines, results
from reports.goals import numbers
from reports.goals.meaning import meaning
from reports.goals.numbers import GoalNumbers
from reports.links import DashboardLinks
from reports.params import InvalidParams, Question, fault
from reports.sparkline import Sparkline, sparkline

# What the list is ordered by, as an address says it: the heading, and what stands for a row in that order.
ORDERS: "dict[str, tuple[object, Callable[[GoalRow], float | str]]]" = {
    "name": (gettext_lazy("Goal"), lambda row: row.goal.name.casefold()),
    "completions": (gettext_lazy("Completions"), lambda row: row.now.completions or 0),
    "converted_visits": (gettext_lazy("Converted visits"), lambda row: row.now.converted_visits or 0),
    "visitors": (gettext_lazy("Visitors"), lambda row: row.now.visitors or 0),
    "conversion_rate": (gettext_lazy("Conversion rate"), lambda row: row.now.conversion_rate or 0),
    "revenue": (gettext_lazy("Revenue"), lambda row: max(row.now.revenue.values(), default=0)),
    "change": (pgettext_lazy("of a number", "Change"), lambda row: -1e9 if row.change is None else row.change),
}
DEFAULT_ORDER = "-completions"


@dataclass(frozen=True, slots=True)
class GoalRow:
    """before: None without a comparison. line: None where nothing is to be drawn."""

    goal: Goal
    meaning: str
    now: GoalNumbers
    before: GoalNumbers | None
    line: Sparkline | None
    url: str
    filter_url: str

    @property
    def fill(self) -> Fill | None:
        return getattr(self.goal, "fill", None)

    @property
    def change(self) -> int | None:
        return results.change(self.now.completions, self.before.completions) if self.before else None

    @property
    def change_text(self) -> str:
        return "" if self.change is None else figures.signed_percent(self.change)

    @property
    def tone(self) -> str:
        return headlines.tone(self.change)

    @property
    def spoken(self) -> str:
        if self.before is None or self.before.completions is None:
            return ""
        count = round(self.before.completions)
        said = ngettext("%(count)s completion before", "%(count)s completions before", count)
        return said % {"count": figures.count(count)}

    @property
    def completions(self) -> str:
        return figures.figure(self.now.completions, "count")

    @property
    def converted_visits(self) -> str:
        return figures.figure(self.now.converted_visits, "count")

    @property
    def visitors(self) -> str:
        return figures.figure(self.now.visitors, "count")

    @property
    def conversion_rate(self) -> str:
        return figures.figure(self.now.conversion_rate, "percent")

    @property
    def revenue(self) -> list[str]:
        """The largest amount first."""
        largest = sorted(self.now.revenue.items(), key=lambda each: -each[1])
        return [figures.money(value, currency) for currency, value in largest]


@dataclass(frozen=True, slots=True)
class GoalOrder:
    name: str
    is_descending: bool

    @classmethod
    def of(cls, text: str) -> "GoalOrder":
        """Raises InvalidParams."""
        found = cls((text or DEFAULT_ORDER).removeprefix("-"), (text or DEFAULT_ORDER).startswith("-"))
        if found.name not in ORDERS:
            raise InvalidParams(errors=[fault("sort", "unknown_order", f"one of {', '.join(ORDERS)}")])
        return found

    def __str__(self) -> str:
        return f"-{self.name}" if self.is_descending else self.name

    def by(self, name: str) -> "GoalOrder":
        """What the head of this column leads to: numbers begin with the most, and the same column turns round."""
        return GoalOrder(name, not self.is_descending if name == self.name else name != "name")

    def sorted(self, rows: Sequence[GoalRow]) -> list[GoalRow]:
        return sorted(rows, key=ORDERS[self.name][1], reverse=self.is_descending)


def goal_rows(project: Project, question: Question, links: DashboardLinks) -> list[GoalRow]:
    """By their names. Two queries, one for the lines, and two where there is a comparison."""
    goals = list(Goal.objects.of(project).select_related("fill"))
    if not goals:
        return []
    now = numbers.numbers(question)
    nobody = numbers.nobody(question, now)
    before = numbers.numbers(question, question.compared) if question.compared else None
    absent = numbers.UNTOLD if question.least_visitors > 1 else GoalNumbers()
    # With a shared link days of few visitors would be drawn as days of none.
    lines = {} if question.least_visitors > 1 else _lines(question)
    return [
        GoalRow(
            goal,
            meaning(goal),
            now.get(str(goal.pk), nobody),
            None if before is None else before.get(str(goal.pk), absent),
            lines.get(str(goal.pk)),
            *_addresses(goal, links),
        )
        for goal in goals
    ]


def is_counting(rows: Sequence[GoalRow]) -> bool:
    """Whether past events are being looked through for any of them."""
    return any(row.fill and row.fill.state in (State.WAITING, State.RUNNING) for row in rows)


def _addresses(goal: Goal, links: DashboardLinks) -> tuple[str, str]:
    """Of its page, and of the overview of the visits that reached it."""
    if not links.viewing.is_member:
        return "", ""
    overview = DashboardLinks(links.viewing, links.question)
    return links.to("reports:goals", goal.pk), overview.with_filter("goal", str(goal.pk))


def _lines(question: Question) -> dict[str, Sparkline]:
    series = results.series_by(question, "completions", "goal", question.period.interval, most=MAX_GOALS)
    return {goal: sparkline(values) for goal, values in series.items() if len(values) > 1}
