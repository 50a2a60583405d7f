"""What the page and the routes of campaigns are asked for: by which parameter, which goal, who gets the credit."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from reports import names
from reports.faults import one_of, shown
from reports.goal_names import GOAL, GoalNames
from reports.params import MAX_VALUE_CHARS, InvalidParams, fault
from reports.viewing import Viewing

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

BY = {name: f"utm_{name}" for name in ("campaign", "source", "medium", "term", "content")}
DEFAULT_BY = "campaign"
TITLES: "Mapping[str, StrOrPromise]" = {
    "campaign": _("Campaign"),
    "source": _("Source"),
    "medium": _("Medium"),
    "term": _("Term"),
    "content": _("Content"),
}
LAST_TOUCH, FIRST_TOUCH = "last_touch", "first_touch"
ATTRIBUTIONS = (LAST_TOUCH, FIRST_TOUCH)
# What the visits themselves come to; see Wanted.outcomes for the rest.
BASE = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration")
NAME = "name"  # what stands for the campaign itself where an order is named
DEFAULT_SORT = "-visitors"


@dataclass(frozen=True, slots=True)
class Wanted:
    """goal: the id of the one that is counted; "" for all. order: a column, or NAME. search: in the names."""

    by: str = DEFAULT_BY
    goal: str = ""
    attribution: str = LAST_TOUCH
    search: str = ""
    sort: str = DEFAULT_SORT

    @property
    def dimension(self) -> str:
        return BY[self.by]

    @property
    def title(self) -> "StrOrPromise":
        return TITLES[self.by]

    @property
    def is_first_touch(self) -> bool:
        return self.attribution == FIRST_TOUCH

    @property
    def outcomes(self) -> tuple[str, ...]:
        """The columns that say what came of the visits. By first touch there is no rate: the visits that get the credit
        may be of before the period."""
        return ("completions", "converted" if self.is_first_touch else "conversion_rate", "revenue")

    @property
    def order(self) -> str:
        """A column that the other attribution has instead of this one's says the same of who reached a goal."""
        name = self.sort.removeprefix("-")
        return self.outcomes[1] if name in ("converted", "conversion_rate") else name

    @property
    def is_descending(self) -> bool:
        return self.sort.startswith("-")

    def sorted_by(self, order: str) -> str:
        """The sort that a column's head leads to: numbers begin with the most, and the same column turns round."""
        if order == self.order:
            return order if self.is_descending else f"-{order}"
        return order if order == NAME else f"-{order}"

    def parameters(self, **changed: str) -> dict[str, str]:
        """Of an address that asks for the same, or for something else; what goes without saying is ""."""
        found = {"by": self.by, GOAL: self.goal, "attribution": self.attribution, "search": self.search}
        found |= {"sort": self.sort} | changed
        defaults = {"by": DEFAULT_BY, "attribution": LAST_TOUCH, "sort": DEFAULT_SORT}
        return {name: "" if defaults.get(name) == value else value for name, value in found.items()}


def wanted(params: QueryDict, viewing: Viewing) -> Wanted:
    """Raises InvalidParams."""
    asked = Wanted(
        by(params),
        goal(params, viewing) if viewing.shows_values_of(GOAL) else "",
        attribution(params),
        params.get("search", "").strip(),
        params.get("sort") or DEFAULT_SORT,
    )
    if len(asked.search) > MAX_VALUE_CHARS or not names.is_text(asked.search):
        detail = f"a text of at most {MAX_VALUE_CHARS} characters"
        raise InvalidParams(errors=[fault("search", "invalid_value", detail)])
    columns = (NAME, *BASE, *asked.outcomes)
    if asked.order not in columns:
        raise InvalidParams(errors=[fault("sort", "unknown_order", one_of(columns))])
    return asked


def by(params: QueryDict) -> str:
    """Raises InvalidParams."""
    name = params.get("by") or DEFAULT_BY
    if name not in BY:
        raise InvalidParams(errors=[fault("by", "unknown_dimension", f"“{shown(name)}”: {one_of(BY)}")])
    return name


def attribution(params: QueryDict) -> str:
    """Raises InvalidParams."""
    name = params.get("attribution") or LAST_TOUCH
    if name not in ATTRIBUTIONS:
        raise InvalidParams(
            errors=[fault("attribution", "unknown_attribution", f"“{shown(name)}”: {one_of(ATTRIBUTIONS)}")]
        )
    return name


def goal(params: QueryDict, viewing: Viewing) -> str:
    """The id of one of the project's own goals; "" when none is named. Raises InvalidParams."""
    text = params.get(GOAL, "")
    if not text:
        return ""
    try:
        found = str(UUID(text))
    except ValueError:
        found = ""
    if found not in GoalNames(viewing.project.pk).by_id:
        raise InvalidParams(errors=[fault(GOAL, "unknown_goal", "the id of a goal of this project")])
    return found
