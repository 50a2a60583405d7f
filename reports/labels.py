"""Values of dimensions as people read them, in the language of the page."""

from collections.abc import Mapping

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from reports import languages
from reports.folding import FOLDED
from reports.goal_names import GOAL, GoalNames
from tracking import countries

NONE, UNKNOWN, DIRECT = _("(none)"), _("Unknown"), _("Direct / none")
NOTHING = {
    "source": DIRECT,
    "referrer": DIRECT,
    "country": UNKNOWN,
    "region": UNKNOWN,
    "city": UNKNOWN,
    "browser": UNKNOWN,
    "browser_version": UNKNOWN,
    "os": UNKNOWN,
    "os_version": UNKNOWN,
    "device": UNKNOWN,
    "screen_size": UNKNOWN,
    "language": UNKNOWN,
}
DEVICES = {
    "desktop": _("Desktop"),
    "mobile": _("Mobile"),
    "tablet": _("Tablet"),
    "tv": _("TV"),
    "console": _("Console"),
}


def label(dimension: str, value: str, goals: GoalNames | None = None) -> str:
    """goals: of the project whose value it is, where it may be a goal's."""
    if value == FOLDED:
        return gettext("(values with few visitors)")
    if not value:
        return gettext(NOTHING.get(dimension, NONE))
    if dimension == GOAL and goals is not None:
        return goals.name_of(value)
    if dimension == "country":
        return countries.name_of(value)
    if dimension == "language":
        return languages.name_of(value)
    if dimension == "device":
        return gettext(DEVICES.get(value, value.capitalize()))
    return value


def value(dimension: str, text: str, goals: GoalNames | None = None) -> str:
    """What a person means who types this as a value, in their language or in English: Germany is DE, Mobile is mobile,
    Direct / none is nothing, and a goal's name its id."""
    typed = text.strip()
    if _is_called(typed, NOTHING.get(dimension, NONE)):
        return ""
    if dimension == GOAL and goals is not None:
        return goals.id_of(typed) or typed
    if dimension == "device":
        return _named(typed, DEVICES)
    if dimension == "country":
        return countries.code_of(typed) or typed.upper()
    return typed


def _is_called(typed: str, name: str) -> bool:
    return typed.casefold() in {name.casefold(), gettext(name).casefold()}


def _named(typed: str, names: Mapping[str, str]) -> str:
    return next((value for value, name in names.items() if _is_called(typed, name)), typed.lower())
