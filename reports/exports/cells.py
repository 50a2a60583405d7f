"""Cells of a CSV file that a spreadsheet program opens."""

from collections.abc import Sequence

import msgspec

# A value of an export: a text, a number, nothing, or JSON as it stands.
Value = str | int | float | None | msgspec.Raw

# What makes a program run the cell's text as a formula when it is opened: the ASCII characters, control characters that
# are dropped before it looks, and the wide forms that East Asian versions take for the same.
_STARTS_FORMULA = frozenset("=+-@\t\r\n＝＋－＠")


def neutral(text: str) -> str:
    """The text so that it is shown and not run: with an apostrophe before what would begin a formula.

    Visitors write page titles, referrers and properties, and somebody else opens them in a spreadsheet.
    """
    return f"'{text}" if text and text[0] in _STARTS_FORMULA else text


def cells(values: Sequence[Value]) -> list[str]:
    """Numbers stay numbers, also negative ones; nothing is an empty cell."""
    return [_cell(value) for value in values]


def _cell(value: Value) -> str:
    match value:
        case None:
            return ""
        case str():
            return neutral(value)
        case int() | float():
            return repr(value)
    return neutral(bytes(value).decode())
