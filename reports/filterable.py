"""What the filter dialog offers, as people think of it; the address may have a filter on any dimension."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reports.goal_names import GOAL
from reports.viewing import Viewing
from tracking.storage.dimensions import DIMENSIONS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Their values are a part of the text or a pattern, and not what people call a value.
TEXT_OPERATORS = frozenset({"contains", "contains_not", "matches", "matches_not"})


@dataclass(frozen=True, slots=True)
class DimensionGroup:
    """Dimensions that belong together."""

    title: "StrOrPromise"
    names: tuple[str, ...]

    @property
    def dimensions(self) -> list[tuple[str, str]]:
        """Names with what people call them."""
        return [(name, _(DIMENSIONS[name].label)) for name in self.names]


GROUPS = (
    DimensionGroup(gettext_lazy("Page"), ("page", "entry_page", "exit_page", "title", "hostname")),
    DimensionGroup(
        gettext_lazy("Source"),
        ("source", "channel", "referrer", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content"),
    ),
    DimensionGroup(gettext_lazy("Location"), ("country", "region", "city", "language")),
    DimensionGroup(gettext_lazy("Device"), ("device", "browser", "browser_version", "os", "os_version", "screen_size")),
    DimensionGroup(gettext_lazy("Event"), ("event_name", "event_type")),
    DimensionGroup(gettext_lazy("Goal"), (GOAL,)),
)


def groups(viewing: Viewing) -> list[DimensionGroup]:
    """Those that are there for whoever looks."""
    return [group for group in GROUPS if all(map(viewing.shows_values_of, group.names))]
