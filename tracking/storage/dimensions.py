"""What an answer can be broken down and filtered by. Each is declared once."""

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

PROPERTY = "prop:"
MAX_PROPERTY_CHARS = 100
PROPERTY_DEFINITION = _("Value of this key of the event's custom data. Empty where it is missing or null.")


@dataclass(frozen=True, slots=True)
class Dimension:
    """`sql`: its value as text, of the row whose alias stands for {row}; a parameter's name stands for {key}.
    definition: what its values are, in words. Each may be empty: not known, or not there.

    in_events: an event has it; in_visits: a visit has it. One that both have is the visit's first touch, the same on
    each of its events. key: of a property, which one.
    """

    name: str
    label: str
    definition: str
    sql: str
    in_visits: bool
    in_events: bool = True
    key: str = ""

    @property
    def is_shared(self) -> bool:
        """Events and visits have it alike."""
        return self.in_visits and self.in_events


# By the width of the screen, as designers cut it.
_SCREEN_SIZE = (
    "CASE WHEN {row}.screen_width IS NULL THEN '' WHEN {row}.screen_width < 576 THEN 'Mobile'"
    " WHEN {row}.screen_width < 992 THEN 'Tablet' WHEN {row}.screen_width < 1440 THEN 'Laptop' ELSE 'Desktop' END"
)


def _of_events(name: str, label: str, definition: str, column: str = "") -> Dimension:
    return Dimension(name, label, definition, f"{{row}}.{column or name}", in_visits=False)


def _of_visits(name: str, label: str, definition: str) -> Dimension:
    return Dimension(name, label, definition, f"{{row}}.{name}", in_visits=True, in_events=False)


def _shared(name: str, label: str, definition: str, sql: str = "") -> Dimension:
    return Dimension(name, label, definition, sql or f"{{row}}.{name}", in_visits=True)


_EACH = (
    _of_events(
        "page",
        _("Page"),
        _("Path of the page, with its trailing slash if it has one. Its query only where the project keeps it."),
        "path",
    ),
    _of_events("title", _("Title"), _("Title of the page.")),
    _of_events("hostname", _("Hostname"), _("Host of the page, without www.")),
    _of_events("event_name", _("Event"), _("Name of a custom event. Other events have none and are left out.")),
    _of_events(
        "event_type", _("Event type"), _("What kind of event it is, such as pageview, custom, click or download.")
    ),
    _of_events("currency", _("Currency"), _("Currency of the event's value, by its three letters (ISO 4217).")),
    Dimension(
        "goal",
        _("Goal"),
        _("Id of a goal that was reached. An event that reached several goals counts for each of them."),
        "{row}.goal_id::text",
        in_visits=False,
    ),
    _of_visits("entry_page", _("Entry page"), _("Path of the first page of the visit.")),
    _of_visits("exit_page", _("Exit page"), _("Path of the last page of the visit so far.")),
    _shared(
        "source", _("Source"), _("Who sent the visitor: a search engine, a site, a campaign's source. Empty: direct.")
    ),
    _shared(
        "referrer", _("Referrer"), _("Address that led to the visit, host and path. Empty: none, or the site itself.")
    ),
    _shared(
        "channel", _("Channel"), _("Kind of source, such as Organic Search, Paid Social, Email, Referral or Direct.")
    ),
    _shared("utm_source", _("UTM source"), _("utm_source of the link that led to the visit.")),
    _shared("utm_medium", _("UTM medium"), _("utm_medium of the link that led to the visit.")),
    _shared("utm_campaign", _("UTM campaign"), _("utm_campaign of the link that led to the visit.")),
    _shared("utm_term", _("UTM term"), _("utm_term of the link that led to the visit.")),
    _shared("utm_content", _("UTM content"), _("utm_content of the link that led to the visit.")),
    _shared(
        "country", _("Country"), _("Country by its two letters (ISO 3166-1), of the address or else the time zone.")
    ),
    _shared("region", _("Region"), _("Region or state, where a GeoIP database knows it.")),
    _shared("city", _("City"), _("City, where a GeoIP database knows it.")),
    _shared("browser", _("Browser"), _("Name of the browser, such as Chrome or Firefox.")),
    _shared("browser_version", _("Browser version"), _("Version of the browser, without its name.")),
    _shared("os", _("Operating system"), _("Name of the operating system, such as Windows, iOS or Android.")),
    _shared("os_version", _("OS version"), _("Version of the operating system, without its name.")),
    _shared("device", _("Device"), _("Kind of device: desktop, mobile, tablet, tv or console."), "{row}.device_type"),
    _shared(
        "screen_size",
        _("Screen size"),
        _("Width of the screen: Mobile below 576 px, Tablet below 992, Laptop below 1440, Desktop from there."),
        _SCREEN_SIZE,
    ),
    _shared("language", _("Language"), _("Language of the browser, such as en or pt-BR.")),
)
# `prop:<key>` besides these: a property of the events' custom data.
DIMENSIONS: dict[str, Dimension] = {dimension.name: dimension for dimension in _EACH}


def find(name: str) -> Dimension | None:
    """The dimension of this name, `prop:<key>` included; None when there is none."""
    key = name.removeprefix(PROPERTY)
    if key == name:
        return DIMENSIONS.get(name)
    if not key or len(key) > MAX_PROPERTY_CHARS or "\0" in key:
        return None
    sql = "coalesce({row}.custom_data ->> %({key})s, '')"
    return Dimension(name, f"Property {key}", PROPERTY_DEFINITION, sql, in_visits=False, key=key)
