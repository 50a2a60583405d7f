"""Values of dimensions as people read them."""

from django.utils.translation import gettext

from reports.folding import least_of
from tracking import countries

NOTHING = {
    "source": "Direct / none",
    "referrer": "Direct / none",
    "country": "Unknown",
    "region": "Unknown",
    "city": "Unknown",
    "browser": "Unknown",
    "os": "Unknown",
    "device": "Unknown",
}


def label(dimension: str, value: str) -> str:
    if (least := least_of(value)) is not None:
        return gettext("(fewer than %(count)s visitors each)") % {"count": least}
    if not value:
        return NOTHING.get(dimension, "(none)")
    if dimension == "country":
        return countries.name_of(value)
    if dimension == "device":
        return "TV" if value == "tv" else value.capitalize()
    return value


def value(dimension: str, text: str) -> str:
    """What a person means who types this as a value: Germany is DE, Mobile is mobile, Direct / none is nothing."""
    typed = text.strip()
    if typed.casefold() == NOTHING.get(dimension, "(none)").casefold():
        return ""
    if dimension == "device":
        return typed.lower()
    if dimension == "country":
        return countries.code_of(typed) or typed.upper()
    return typed
