"""The address of the page that is open, with other filters or another segment: all else that it says stays."""

from collections.abc import Collection, Sequence
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import UUID

from reports.filter_parameters import filter_parameters
from reports.page_parts import HtmxHttpRequest, page_of
from reports.viewing import Viewing
from tracking.storage.conditions import Condition

# What the form for one filter says, and what is said to a part of a page alone.
_PASSING = frozenset({"dimension", "operator", "value", "apply", "at"})
_FILTERS = frozenset({"f", "filters"})
EDITING = "editing"


def current(request: HtmxHttpRequest, viewing: Viewing) -> str:
    """Path and query of the page that asks for one of its parts; else of the dashboard for the same question."""
    address = page_of(request)
    if address.startswith(("/projects/", "/share/")):
        return address
    return f"{viewing.address('dashboard')}?{request.GET.urlencode()}"


def with_filters(address: str, filters: Sequence[Condition]) -> str:
    return _changed(address, _FILTERS, filter_parameters(filters))


def of_segment(address: str, segment_id: UUID) -> str:
    """With all of the segment, and no other filters."""
    return _changed(address, {*_FILTERS, "segment", EDITING}, [("segment", str(segment_id))])


def with_segment(address: str, segment_id: UUID) -> str:
    """The same filters within this segment, in place of any other one."""
    return _changed(address, {"segment", EDITING}, [("segment", str(segment_id))])


def editing_segment(address: str, segment_id: UUID, filters: Sequence[Condition]) -> str:
    """With the segment's filters as filters of their own, which can be changed and saved."""
    found = [*filter_parameters(filters), (EDITING, str(segment_id))]
    return _changed(address, {*_FILTERS, "segment", EDITING}, found)


def with_parameters(address: str, **parameters: str) -> str:
    """With these in place of what they were; without those that are empty."""
    return _changed(address, parameters, [(name, value) for name, value in parameters.items() if value])


def without_segment(address: str, segment_id: UUID) -> str:
    """Without it, whether it is applied or being edited."""
    path, parts = _parts(address)
    own = {("segment", str(segment_id)), (EDITING, str(segment_id))}
    return _joined(path, [part for part in parts if part not in own])


def _changed(address: str, gone: Collection[str], added: Sequence[tuple[str, str]]) -> str:
    path, parts = _parts(address)
    return _joined(path, [*(part for part in parts if part[0] not in gone), *added])


def _parts(address: str) -> tuple[str, list[tuple[str, str]]]:
    split = urlsplit(address)
    found = parse_qsl(split.query, keep_blank_values=True)
    return split.path, [(name, value) for name, value in found if name not in _PASSING]


def _joined(path: str, parts: Sequence[tuple[str, str]]) -> str:
    return f"{path}?{urlencode(parts)}" if parts else path
