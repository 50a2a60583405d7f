"""The dashboard's lists: cards with tabs, each tab a dimension's values. A tab is one section: one query, one URL."""

from collections.abc import Sequence
from dataclasses import dataclass

from tracking.storage.spec import DIMENSIONS, Condition, Filter

PANEL_ROWS = 9
ALL_ROWS = 100
# Dimensions whose values are paths of the site, so that a row can open its page.
PAGE_DIMENSIONS = frozenset({"page", "entry_page", "exit_page"})


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A list of a dimension's values. `has_none`: a row without a value says something and is shown.

    metrics: the first is the number of a row and the length of its bar.
    """

    name: str
    title: str
    dimension: str
    empty: str
    heading: str = "Visitors"
    metrics: tuple[str, ...] = ("visitors", "percentage")
    has_none: bool = True

    @property
    def label(self) -> str:
        return DIMENSIONS[self.dimension].label

    @property
    def second_heading(self) -> str:
        return {"percentage": "%", "visitors": "Visitors"}[self.metrics[1]]


@dataclass(frozen=True, slots=True)
class Panel:
    """A card of the dashboard. Its breakdowns are tabs. `is_whole`: as wide as the page."""

    name: str
    title: str
    breakdowns: tuple[Breakdown, ...]
    is_whole: bool = False

    def opened(self, filters: Sequence[Condition]) -> Breakdown:
        """The tab that is open at first: the one whose row was clicked, else the first."""
        filtered = {each.dimension for each in filters if isinstance(each, Filter)}
        return next((each for each in self.breakdowns if each.dimension in filtered), self.breakdowns[0])


PANELS = (
    Panel(
        "pages",
        "Pages",
        (
            Breakdown("pages", "Top", "page", "No page was viewed in this period."),
            Breakdown("entry-pages", "Entry", "entry_page", "No visit began in this period."),
            Breakdown("exit-pages", "Exit", "exit_page", "No visit began in this period."),
        ),
    ),
    Panel(
        "sources",
        "Sources",
        (
            Breakdown("sources", "Sources", "source", "Nobody came in this period."),
            Breakdown("channels", "Channels", "channel", "Nobody came in this period."),
            Breakdown("referrers", "Referrers", "referrer", "No other site sent anybody in this period."),
            Breakdown(
                "campaigns",
                "Campaigns",
                "utm_campaign",
                "No visit came with utm_campaign in its link. Add ?utm_source=…&utm_campaign=… to the links you share.",
                has_none=False,
            ),
        ),
    ),
    Panel(
        "locations",
        "Locations",
        (
            Breakdown("countries", "Countries", "country", "Nobody came in this period."),
            Breakdown("regions", "Regions", "region", "No region is known. It takes a GeoIP database.", has_none=False),
            Breakdown("cities", "Cities", "city", "No city is known. It takes a GeoIP database.", has_none=False),
        ),
    ),
    Panel(
        "technology",
        "Technology",
        (
            Breakdown("browsers", "Browsers", "browser", "Nobody came in this period."),
            Breakdown("systems", "OS", "os", "Nobody came in this period."),
            Breakdown("devices", "Devices", "device", "Nobody came in this period."),
        ),
    ),
    Panel(
        "events",
        "Custom events",
        (
            Breakdown(
                "events",
                "Events",
                "event_name",
                "No custom event in this period. Send one with pulse('Signup') on your page.",
                heading="Events",
                metrics=("events", "visitors"),
                has_none=False,
            ),
        ),
        is_whole=True,
    ),
)
BREAKDOWNS = {breakdown.name: breakdown for panel in PANELS for breakdown in panel.breakdowns}
PANEL_OF = {breakdown.name: panel for panel in PANELS for breakdown in panel.breakdowns}
