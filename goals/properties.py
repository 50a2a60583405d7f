"""A property's value as PostgreSQL says it (custom_data ->> key), so that an event is judged alike on its way in and
when it is stored.
"""

import json
import math
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?", re.ASCII)


class Texts:
    """The properties of an event, each written once however many ask. custom_data: as text where it comes out of an
    archive."""

    __slots__ = ("_data", "_written")

    def __init__(self, custom_data: Mapping[str, Any] | msgspec.Raw | None) -> None:
        self._data = custom_data
        self._written: dict[str, str] = {}

    def of(self, key: str) -> str:
        """Empty where it is missing or null."""
        if isinstance(self._data, msgspec.Raw):
            self._data = msgspec.json.decode(self._data, type=dict[str, Any])
        if key not in self._written:
            self._written[key] = _text(self._data.get(key) if self._data else None)
        return self._written[key]


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case None:
            return ""
        case _:
            return _written(value)


def number_of(text: str) -> float | None:
    """None where it is no finite number."""
    text = text.strip()
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def _written(value: Any) -> str:
    """As jsonb writes it: numbers without an exponent, the keys of an object by length and then by bytes."""
    match value:
        case None:
            return "null"
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case float():
            # Through the text that goes to the database.
            number = Decimal(msgspec.json.encode(value).decode())
            return format(abs(number) if number.is_zero() else number, "f")
        case str():
            return json.dumps(value, ensure_ascii=False)
        case dict():
            keys = sorted(value, key=lambda key: (len(key.encode()), key.encode()))
            return "{" + ", ".join(f"{_written(key)}: {_written(value[key])}" for key in keys) + "}"
        case _:
            return "[" + ", ".join(map(_written, value)) + "]"
