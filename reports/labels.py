"""Values of dimensions as people read them."""

import json
from functools import cache
from pathlib import Path

_COUNTRIES = Path(__file__).parent / "data" / "countries.json"
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


@cache
def countries() -> dict[str, str]:
    """ISO 3166 alpha-2 code -> English name (Unicode CLDR)."""
    return json.loads(_COUNTRIES.read_text())


def label(dimension: str, value: str) -> str:
    if not value:
        return NOTHING.get(dimension, "(none)")
    if dimension == "country":
        return countries().get(value, value)
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
        codes = {name.casefold(): code for code, name in countries().items()}
        return codes.get(typed.casefold(), typed.upper())
    return typed
