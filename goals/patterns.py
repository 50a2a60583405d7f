"""Patterns of goals: regular expressions of RE2, whose time grows with the text and never with how they are made, so
that no pattern of a customer holds up the events of another.
"""

from typing import Any, Protocol

import re2

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
_OPTIONS.max_mem = 1 << 20  # what an expression may come to; one that needs more is refused


class Pattern(Protocol):
    """An expression of RE2."""

    def search(self, text: str) -> Any: ...
    def fullmatch(self, text: str) -> Any: ...


class NoPattern(ValueError):
    """Not a regular expression of RE2: the message says what is wrong with it."""


def expression(text: str) -> Pattern:
    """To search with, anywhere in a value. Raises NoPattern."""
    try:
        return re2.compile(text, _OPTIONS)
    except re2.error as error:
        reason = error.args[0]
        raise NoPattern(reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)) from error


def wildcard(text: str) -> Pattern:
    """To match whole paths with: `*` stands for any text, slashes and nothing at all included."""
    return re2.compile("(?s)" + ".*".join(map(re2.escape, text.split("*"))), _OPTIONS)
