"""The heads of columns: metrics by their short names."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

_TITLES: "dict[str, StrOrPromise]" = {
    "visitors": _("Visitors"),
    "visits": _("Visits"),
    "pageviews": _("Pageviews"),
    "events": _("Events"),
    "views_per_visit": _("Views per visit"),
    "bounce_rate": _("Bounce rate"),
    "visit_duration": _("Visit duration"),
    "time_on_page": _("Time on page"),
    "scroll_depth": _("Scroll depth"),
    "percentage": "%",
    "completions": pgettext_lazy("of conversions", "Total"),
    "converted_visits": _("Converted visits"),
    "conversion_rate": pgettext_lazy("of conversions", "Rate"),
}
CHANGE = pgettext_lazy("of a number", "Change")
# What rows are that stand for several values.
CAPPED = _("Of each day the 1,000 values with the most visitors are kept apart. This row is all the others.")
FOLDED = _("Values with so few visitors are not told apart, so that nobody can be recognised.")


@dataclass(frozen=True, slots=True)
class Heading:
    metric: str
    title: "StrOrPromise"


def of(metrics: Sequence[str]) -> list[Heading]:
    return [Heading(name, _TITLES[name]) for name in metrics]
