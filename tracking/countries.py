"""The countries of ISO 3166, by code and by name, in the language of the page."""

import json
from functools import cache
from pathlib import Path

from babel import Locale
from django.utils.translation import get_language

ENGLISH = "en"
_NAMES = Path(__file__).parent / "data" / "countries.json"


def names() -> dict[str, str]:
    """Alpha-2 code -> name (Unicode CLDR)."""
    return _names(get_language() or ENGLISH)


def name_of(code: str) -> str:
    return names().get(code, code)


def code_of(text: str) -> str | None:
    """`de`, `Germany`, on a German page `Deutschland` too -> DE; None for what is no country."""
    typed = text.strip()
    if typed.upper() in names():
        return typed.upper()
    return _codes(get_language() or ENGLISH).get(typed.casefold()) or _codes(ENGLISH).get(typed.casefold())


@cache
def _names(language: str) -> dict[str, str]:
    english = json.loads(_NAMES.read_text())
    if language == ENGLISH:
        return english
    territories = Locale.parse(language, sep="-").territories
    return {code: territories.get(code, name) for code, name in english.items()}


@cache
def _codes(language: str) -> dict[str, str]:
    return {name.casefold(): code for code, name in _names(language).items()}
