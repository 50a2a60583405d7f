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
