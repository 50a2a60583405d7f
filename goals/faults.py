"""Collecting what is wrong with a goal."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


class Faults:
    """found: as problems.Invalid takes them."""

    def __init__(self) -> None:
        self.found: list[dict[str, Any]] = []

    def add(self, pointer: str, code: str, detail: str) -> None:
        self.found.append({"pointer": pointer, "code": code, "detail": detail})


def text_of(given: Mapping[str, Any], name: str, most: int, faults: Faults, *, is_required: bool = False) -> str:
    """Without space around it; empty where there is none, or a fault."""
    return text(given.get(name), f"/{name}", most, faults, is_required=is_required).strip()


def text(value: Any, pointer: str, most: int, faults: Faults, *, is_required: bool = False) -> str:
    if value is None:
        value = ""
    if not isinstance(value, str):
        faults.add(pointer, "not_a_text", _("This must be a text."))
        return ""
    if is_required and not value.strip():
        faults.add(pointer, "required", _("This is needed."))
    elif len(value.strip()) > most:
        faults.add(
            pointer,
            "too_long",
            ngettext("At most %(most)d character.", "At most %(most)d characters.", most) % {"most": most},
        )
    elif not _is_storable(value):
        faults.add(pointer, "invalid_characters", _("This has characters that cannot be stored."))
    else:
        return value
    return ""


def _is_storable(value: str) -> bool:
    """PostgreSQL has no NUL, and nothing that is half of a character."""
    return "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)
