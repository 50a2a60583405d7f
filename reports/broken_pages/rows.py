"""Broken pages as the page and the API show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.http import QueryDict

from reports import figures
from reports.broken_pages.answers import FIXED, OPEN
from reports.broken_pages.redirects import Redirect
from reports.broken_pages.similar import Similar, SitePages
from reports.details import MAX_SEARCH_CHARS
from reports.faults import one_of
from reports.params import InvalidParams, Question, fault
from tracking.storage.broken_pages import BrokenPage

STATES = (OPEN, FIXED)


@dataclass(frozen=True, slots=True)
class Wanted:
    search: str = ""
    state: str = OPEN


@dataclass(frozen=True, slots=True)
class BrokenRow:
    """Times are of the project's zone. similar: None where no page of the site is like it, or it is back."""

    page: BrokenPage
    hits: str
    visitors: str
    last_at: datetime
    fixed_at: datetime | None
    similar: Similar | None

    @property
    def score(self) -> str:
        return figures.percent(self.similar.score) if self.similar else ""


def wanted(params: QueryDict) -> Wanted:
    """Raises InvalidParams."""
    search, state = params.get("search", "").strip(), params.get("state") or OPEN
    if state not in STATES:
        raise InvalidParams(errors=[fault("state", "unknown_state", one_of(STATES))])
    if len(search) > MAX_SEARCH_CHARS or "\0" in search:
        raise InvalidParams(errors=[fault("search", "invalid_value", f"at most {MAX_SEARCH_CHARS} characters")])
    return Wanted(search, state)


def rows(pages: Sequence[BrokenPage], site: SitePages | None, question: Question) -> list[BrokenRow]:
    """site: None where nothing is to be proposed."""
    zone = question.project.zone
    return [
        BrokenRow(
            page=each,
            hits=figures.count(each.hits),
            visitors=figures.count(each.visitors),
            last_at=each.last_at.astimezone(zone),
            fixed_at=each.fixed_at and each.fixed_at.astimezone(zone),
            similar=site.closest(each.path) if site else None,
        )
        for each in pages
    ]


def proposed(pages: Sequence[BrokenPage], site: SitePages) -> list[Redirect]:
    """A redirect for each that there is a similar page for."""
    found = ((each, site.closest(each.path)) for each in pages)
    return [Redirect(each.path, like.path) for each, like in found if like]
