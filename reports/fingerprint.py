"""A question as text: the same for the same question, another for another one, in whatever process and version."""

import hashlib
from dataclasses import fields, is_dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

if TYPE_CHECKING:
    from _typeshed import DataclassInstance


def fingerprint(query: "DataclassInstance") -> str:
    """32 hexadecimal digits."""
    return hashlib.blake2b(msgspec.msgpack.encode(_plain(query)), digest_size=16).hexdigest()


def _plain(value: Any) -> Any:
    """The value as lists of plain values. Every field is in it, also one that is added tomorrow.

    Raises TypeError for what has no form here, so that nothing is left out by mistake.
    """
    if value is None or isinstance(value, bool | int | float | str):
        return value.value if isinstance(value, Enum) else value
    if is_dataclass(value) and not isinstance(value, type):
        return [type(value).__name__, *([field.name, _plain(getattr(value, field.name))] for field in fields(value))]
    if isinstance(value, tuple | list):
        return [_plain(each) for each in value]
    if isinstance(value, datetime):
        return value.timestamp()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value.total_seconds()
    if isinstance(value, ZoneInfo):
        return value.key
    if isinstance(value, UUID):
        return value.hex
    raise TypeError(f"a question with a {type(value).__name__}")
