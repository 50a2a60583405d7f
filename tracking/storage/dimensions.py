"""What an answer can be broken down and filtered by. Each is declared once."""

from dataclasses import dataclass

PROPERTY = "prop:"
MAX_PROPERTY_CHARS = 100


@dataclass(frozen=True, slots=True)
class Dimension:
    """`sql`: its value as text, of the row whose alias stands for {row}; a parameter's name stands for {key}.

    in_events: an event has it; in_visits: a visit has it. One that both have is the visit's first touch, the same on
    each of its events. key: of a property, which one.
    """

    name: str
    label: str
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


def _of_events(name: str, label: str, column: str = "") -> Dimension:
    return Dimension(name, label, f"{{row}}.{column or name}", in_visits=False)


def _of_visits(name: str, label: str) -> Dimension:
    return Dimension(name, label, f"{{row}}.{name}", in_visits=True, in_events=False)


def _shared(name: str, label: str, sql: str = "") -> Dimension:
    return Dimension(name, label, sql or f"{{row}}.{name}", in_visits=True)


_EACH = (
    _of_events("page", "Page", "path"),
    _of_events("title", "Title"),
    _of_events("hostname", "Hostname"),
    _of_events("event_name", "Event"),
    _of_events("event_type", "Event type"),
    _of_events("currency", "Currency"),
    # The goal's id. Of the events that reached one; an event that reached several is in each of their rows.
    Dimension("goal", "Goal", "{row}.goal_id::text", in_visits=False),
    _of_visits("entry_page", "Entry page"),
    _of_visits("exit_page", "Exit page"),
    _shared("source", "Source"),
    _shared("referrer", "Referrer"),
    _shared("channel", "Channel"),
    _shared("utm_source", "UTM source"),
    _shared("utm_medium", "UTM medium"),
    _shared("utm_campaign", "UTM campaign"),
    _shared("utm_term", "UTM term"),
    _shared("utm_content", "UTM content"),
    _shared("country", "Country"),
    _shared("region", "Region"),
    _shared("city", "City"),
    _shared("browser", "Browser"),
    _shared("browser_version", "Browser version"),
    _shared("os", "Operating system"),
    _shared("os_version", "OS version"),
    _shared("device", "Device", "{row}.device_type"),
    _shared("screen_size", "Screen size", _SCREEN_SIZE),
    _shared("language", "Language"),
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
    return Dimension(name, f"Property {key}", "coalesce({row}.custom_data ->> %({key})s, '')", in_visits=False, key=key)
