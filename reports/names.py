"""The names of dimensions as a question may spell them: our own, and those of Plausible's Stats API v2."""

from tracking.storage.dimensions import DIMENSIONS, MAX_PROPERTY_CHARS, PROPERTY, Dimension, find

PLAUSIBLE_PROPERTY = "event:props:"
# Names that are not ours with the prefix left out.
_RENAMED = {
    "event:name": "event_name",
    "event:type": "event_type",
    "visit:screen": "screen_size",
    "visit:region_name": "region",
    "visit:city_name": "city",
}
POSSIBLE = f"one of {', '.join(DIMENSIONS)}, {PROPERTY}<key> (a key of 1 to {MAX_PROPERTY_CHARS} characters)"


def normalised(name: str) -> str:
    """event:page is page, visit:country is country, event:props:plan is prop:plan; any other name stays as it is."""
    if name.startswith(PLAUSIBLE_PROPERTY):
        return PROPERTY + name.removeprefix(PLAUSIBLE_PROPERTY)
    if name in _RENAMED:
        return _RENAMED[name]
    scope, _, rest = name.partition(":")
    found = DIMENSIONS.get(rest)
    # A visit's dimension is also one of its events: `event:country` says the same.
    if found is not None and ((scope == "event" and found.in_events) or (scope == "visit" and found.in_visits)):
        return rest
    return name


def dimension(name: object) -> Dimension | None:
    """The dimension of this name, however it is spelled; None when there is none."""
    if not isinstance(name, str) or not is_text(name):
        return None
    return find(normalised(name))


def is_text(value: object) -> bool:
    """Whether it is text that PostgreSQL can hold: without NUL, and without half of a surrogate pair."""
    if not isinstance(value, str) or "\0" in value:
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
