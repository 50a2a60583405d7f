"""The dashboard's lists: cards with tabs, each tab a dimension's values. A tab is one section: one query, one URL."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from tracking.storage import dimensions
from tracking.storage.dimensions import PROPERTY
from tracking.storage.spec import Condition, Filter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

PANEL_ROWS = 9
# What the details of a list say of each row, by what its values are.
OF_VISITS = ("visitors", "percentage", "visits", "pageviews", "bounce_rate", "visit_duration")
OF_PAGES = ("visitors", "percentage", "visits", "pageviews", "bounce_rate", "time_on_page", "scroll_depth")
OF_ENTRIES = ("visitors", "percentage", "visits", "bounce_rate", "views_per_visit", "visit_duration")
OF_EVENTS = ("visitors", "events", "percentage")
OF_PROPERTIES = ("visitors", "events", "pageviews", "percentage")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A list of a dimension's values.

    title: of its tab. label: what one of its values is. metrics: the first is the length of a row's bar; details: those
    of the dialog with all rows. within: the dimension without which a value would not be clear, as the browser of a
    version. has_none: a row without a value says something and is shown in the panel. Of the property that is meant
    `dimension` has the key; `properties` alone, without one, is whichever there is.
    """

    name: str
    title: "StrOrPromise"
    label: "StrOrPromise"
    dimension: str
    empty: "StrOrPromise"
    metrics: tuple[str, ...] = ("visitors", "percentage")
    details: tuple[str, ...] = OF_VISITS
    within: str = ""
    has_none: bool = True

    @property
    def dimensions(self) -> tuple[str, ...]:
        return (self.within, self.dimension) if self.within else (self.dimension,)

    @property
    def key(self) -> str:
        """Of a property, which one."""
        return self.dimension.removeprefix(PROPERTY) if self.name == PROPERTIES.name else ""

    @property
    def token(self) -> str:
        """What names it in an address; see find()."""
        return f"{self.name}:{self.key}" if self.key else self.name

    @property
    def parameters(self) -> Mapping[str, str]:
        """Of the address of its section, besides its name."""
        return {"key": self.key} if self.key else {}


@dataclass(frozen=True, slots=True)
class Panel:
    """A card of the dashboard. Its breakdowns are tabs; those of its menu are reached by one more tab, `menu_title`.
    `is_whole`: as wide as the page."""

    name: str
    title: "StrOrPromise"
    tabs: tuple[Breakdown, ...]
    menu_title: "StrOrPromise" = ""
    menu: tuple[Breakdown, ...] = ()
    is_whole: bool = False

    @property
    def breakdowns(self) -> tuple[Breakdown, ...]:
        return (*self.tabs, *self.menu)

    def opened(self, filters: Sequence[Condition], tokens: Sequence[str] = ()) -> Breakdown:
        """What is open at first: what the address names by its token, else where a row was clicked, else the first."""
        names = {each.name for each in self.breakdowns}
        asked = [found for token in tokens if (found := find(token)) and found.name in names]
        if asked:
            return asked[-1]
        filtered = {each.dimension for each in filters if isinstance(each, Filter)}
        return next((each for each in self.breakdowns if each.dimension in filtered), self.breakdowns[0])


_NOBODY = _("Nobody came in this period.")
_NO_VISIT = _("No visit began in this period.")
_NO_PLACE = _("It takes a GeoIP database to know regions and cities. Without one only the country is known.")


def _campaign(name: str, parameter: str, title: "StrOrPromise") -> Breakdown:
    text = _("No visit came by a link with {parameter}. Add it to the links you share: ?{parameter}=…")
    return Breakdown(name, title, title, parameter, format_lazy(text, parameter=parameter), has_none=False)


PROPERTIES = Breakdown(
    "properties",
    _("Properties"),
    _("Property"),
    PROPERTY,
    _("No event of this period carries properties. Send some along: pulse('Signup', { plan: 'pro' })."),
    metrics=("visitors", "events", "percentage"),
    details=OF_PROPERTIES,
    has_none=False,
)
CONVERSIONS = Breakdown(
    "conversions",
    _("Goals"),
    _("Goal"),
    "goal",
    _("No goal was reached in this period."),
    metrics=("visitors", "completions", "conversion_rate"),
    details=("visitors", "completions", "converted_visits", "conversion_rate"),
    has_none=False,
)
GOALS = Panel("goals", _("Goals"), (CONVERSIONS,), is_whole=True)
MAP = Breakdown("map", _("Map"), _("Country"), "country", _NOBODY)
PANELS = (
    Panel(
        "pages",
        _("Pages"),
        (
            Breakdown("pages", _("Top"), _("Page"), "page", _("No page was viewed in this period."), details=OF_PAGES),
            Breakdown("entry-pages", _("Entry"), _("Entry page"), "entry_page", _NO_VISIT, details=OF_ENTRIES),
            Breakdown("exit-pages", _("Exit"), _("Exit page"), "exit_page", _NO_VISIT, details=OF_ENTRIES),
        ),
        _("More"),
        (
            Breakdown("titles", _("Titles"), _("Title"), "title", _("No page was viewed."), details=OF_PAGES),
            Breakdown("hostnames", _("Hostnames"), _("Hostname"), "hostname", _("No page was viewed.")),
        ),
    ),
    Panel(
        "sources",
        _("Sources"),
        (
            Breakdown("sources", _("Sources"), _("Source"), "source", _NOBODY),
            Breakdown("channels", _("Channels"), _("Channel"), "channel", _NOBODY),
            Breakdown("referrers", _("Referrers"), _("Referrer"), "referrer", _("No other site sent anybody.")),
        ),
        _("Campaigns"),
        (
            _campaign("campaigns", "utm_campaign", _("UTM campaign")),
            _campaign("utm-sources", "utm_source", _("UTM source")),
            _campaign("utm-mediums", "utm_medium", _("UTM medium")),
            _campaign("utm-contents", "utm_content", _("UTM content")),
            _campaign("utm-terms", "utm_term", _("UTM term")),
        ),
    ),
    Panel(
        "locations",
        _("Locations"),
        (
            MAP,
            Breakdown("countries", _("Countries"), _("Country"), "country", _NOBODY),
            Breakdown("regions", _("Regions"), _("Region"), "region", _NO_PLACE, within="country", has_none=False),
            Breakdown("cities", _("Cities"), _("City"), "city", _NO_PLACE, within="country", has_none=False),
            Breakdown("languages", _("Languages"), _("Language"), "language", _NOBODY),
        ),
    ),
    Panel(
        "technology",
        _("Devices"),
        (
            Breakdown("browsers", _("Browsers"), _("Browser"), "browser", _NOBODY),
            Breakdown("systems", _("OS"), _("Operating system"), "os", _NOBODY),
            Breakdown("devices", _("Devices"), _("Device"), "device", _NOBODY),
            Breakdown("screens", _("Screens"), _("Screen size"), "screen_size", _NOBODY),
        ),
        _("Versions"),
        (
            Breakdown(
                "browser-versions", _("Browser versions"), _("Browser version"), "browser_version", _NOBODY,
                within="browser",
            ),
            Breakdown("os-versions", _("OS versions"), _("OS version"), "os_version", _NOBODY, within="os"),
        ),
    ),
    GOALS,
    Panel(
        "events",
        _("Custom events"),
        (
            Breakdown(
                "events",
                _("Events"),
                _("Event"),
                "event_name",
                _("No custom event in this period. Send one with pulse('Signup') on your page."),
                metrics=("visitors", "events", "percentage"),
                details=OF_EVENTS,
                has_none=False,
            ),
            PROPERTIES,
        ),
        is_whole=True,
    ),
)  # fmt: skip
BREAKDOWNS = {breakdown.name: breakdown for panel in PANELS for breakdown in panel.breakdowns}
PANEL_OF = {breakdown.name: panel for panel in PANELS for breakdown in panel.breakdowns}


def find(token: str) -> Breakdown | None:
    """The breakdown of this name; a property's with its key: `properties:plan`. None when there is none."""
    name, _colon, key = token.partition(":")
    found = BREAKDOWNS.get(name)
    if not key:
        return found
    return of_property(key) if name == PROPERTIES.name else None


def known(tokens: Iterable[str]) -> tuple[str, ...]:
    """Those that name a breakdown, each once."""
    return tuple(dict.fromkeys(token for token in tokens if find(token)))


def of_property(key: str) -> Breakdown | None:
    """None for what is no key."""
    dimension = f"{PROPERTY}{key}"
    return replace(PROPERTIES, dimension=dimension, label=key) if dimensions.find(dimension) else None


def of_dimension(name: str) -> Breakdown | None:
    """The list of this dimension's values."""
    if name.startswith(PROPERTY):
        return of_property(name.removeprefix(PROPERTY))
    return next((each for each in BREAKDOWNS.values() if each.dimension == name and each is not MAP), None)
