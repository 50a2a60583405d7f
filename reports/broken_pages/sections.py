"""The sections of the page, by the names of their addresses; SHARED: those that shared links have as well."""

from collections.abc import Callable

from django.http import HttpResponse

SECTIONS: dict[str, Callable[..., HttpResponse]] = {}
SHARED: frozenset[str] = frozenset()
