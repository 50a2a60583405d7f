"""What a funnel can be split by."""

from typing import TYPE_CHECKING

from django.http import QueryDict
from django.utils.translation import gettext_lazy

from reports import names
from reports.faults import shown
from reports.params import InvalidParams, fault
from tracking.storage.dimensions import DIMENSIONS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Those that the page offers; any other but GOAL is possible over the API.
BREAKDOWNS: "tuple[tuple[str, StrOrPromise], ...]" = tuple(
    (name, gettext_lazy(DIMENSIONS[name].label))
    for name in (
        "source",
        "channel",
        "referrer",
        "utm_source",
        "utm_medium",
        "utm_campaign",
        "country",
        "device",
        "browser",
        "os",
        "screen_size",
        "language",
        "entry_page",
        "hostname",
    )
)
# An event may reach several.
GOAL = "goal"


def fault_of(name: object) -> tuple[str, str]:
    """Code and detail of what is wrong with a breakdown; "" and "": nothing."""
    found = names.dimension(name)
    if found is None:
        return "unknown_dimension", f"“{shown(name)}”: {names.POSSIBLE}"
    if found.name == GOAL:
        return "not_possible", "a funnel cannot be split by goal: an event may reach several"
    return "", ""


def breakdown_of(query: QueryDict) -> str:
    """The dimension of a query string, "" without one. Raises InvalidParams."""
    name = query.get("breakdown", "")
    if not name:
        return ""
    code, detail = fault_of(name)
    if code:
        raise InvalidParams(errors=[fault("breakdown", code, detail)])
    dimension = names.dimension(name)
    assert dimension is not None
    return dimension.name
