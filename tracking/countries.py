"""The countries of ISO 3166, by code and by name."""

import json
from functools import cache
from pathlib import Path

_NAMES = Path(__file__).parent / "data" / "countries.json"


@cache
def names() -> dict[str, str]:
    """Alpha-2 code -> English name (Unicode CLDR)."""
    return json.loads(_NAMES.read_text())


def name_of(code: str) -> str:
    return names().get(code, code)


def code_of(text: str) -> str | None:
    """`de`, `Germany` -> DE; None for what is no country."""
    typed = text.strip()
    return typed.upper() if typed.upper() in names() else _codes().get(typed.casefold())


@cache
def _codes() -> dict[str, str]:
    return {name.casefold(): code for code, name in names().items()}
