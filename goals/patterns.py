"""Patterns of goals: regular expressions of RE2, whose time grows with the text and never with how they are made, so
that no pattern of a customer holds up the events of another.
"""

from collections.abc import Callable
from typing import Any, Protocol

import re2

# Of a value this much is looked at by a regular expression.
MAX_SOUGHT_CHARS = 500

_OPTIONS = re2.Options()
_OPTIONS.log_errors = False
# What an expression may come to; one that needs more is refused. Of one that makes ever new states with more memory,
# searching was measured 10 times as slow.
_OPTIONS.max_mem = 1 << 17


class Pattern(Protocol):
    """An expression of RE2. programsize: how many instructions it comes to, each of which a character may have to go
    through: at worst some 6 ns."""

    @property
    def programsize(self) -> int: ...
    def search(self, text: str) -> Any: ...
    def fullmatch(self, text: str) -> Any: ...


class NoPattern(ValueError):
    """Not a regular expression of RE2: the message says what is wrong with it."""


def expression(text: str) -> Pattern:
    """To search with, anywhere in a value. Raises NoPattern."""
    return _compiled(text)


def finding(text: str) -> Callable[[str], bool]:
    """Whether the expression is found in the first MAX_SOUGHT_CHARS of a value. Raises NoPattern."""
    search = expression(text).search
    return lambda value: search(value[:MAX_SOUGHT_CHARS]) is not None


def wildcard(text: str) -> Pattern:
    """To match whole paths with: `*` stands for any text, slashes and nothing at all included. Raises NoPattern."""
    return _compiled("(?s)" + ".*".join(map(re2.escape, text.split("*"))))


def _compiled(text: str) -> Pattern:
    try:
        return re2.compile(text, _OPTIONS)
    except re2.error as error:
        reason = error.args[0]
        raise NoPattern(reason.decode(errors="replace") if isinstance(reason, bytes) else str(reason)) from error
