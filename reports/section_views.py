"""The dashboard's sections, each at its own address. One that fails says so in plain words, and fails alone."""

from collections.abc import Callable
from uuid import UUID

import structlog
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from analytics_pulse import clock
from projects.views.signed_in import SignedInRequest
from reports import params
from reports.broken_pages import sections as broken_pages
from reports.campaigns import sections as campaigns
from reports.funnels import sections as funnels
from reports.goals import sections as goals
from reports.journeys import sections as journeys
from reports.page_parts import login_from_a_part
from reports.panels import BREAKDOWNS, CONVERSIONS
from reports.retention import sections as retention
from reports.sections import (
    annotations,
    breakdown,
    details,
    event_explorer,
    event_numbers,
    explanation,
    filter_dialog,
    headline_numbers,
    live,
    now,
    segment_menu,
    suggestions,
    time_series,
    too_few,
    visitors,
)
from reports.segments import StaleSegment
from reports.viewing import Viewing
from reports.visits import sections as visits
from tracking.storage.base import InvalidPattern, QueryTooLarge, StoreUnavailable

log = structlog.get_logger(__name__)

# Of the pages that have a folder of their own, by the names of reports.links.PAGES.
_PARTS = {
    "goals": goals,
    "funnels": funnels,
    "campaigns": campaigns,
    "journeys": journeys,
    "retention": retention,
    "visits": visits,
    "broken-pages": broken_pages,
}
SECTIONS: dict[str, Callable[..., HttpResponse]] = {
    "overview": headline_numbers.headline_numbers,
    "series": time_series.time_series,
    "now": now.visitors_now,
    "segments": segment_menu.segment_menu,
    "live": live.live_numbers,
    "feed": live.live_feed,
    "event-totals": event_numbers.event_totals,
    "event-series": event_numbers.event_series,
    "event-names": event_numbers.event_names,
    "event-pages": event_numbers.event_pages,
    "event-properties": event_numbers.event_properties,
    "event-rows": event_explorer.event_rows,
    "event": event_explorer.one_event,
    "filter-dialog": filter_dialog.filter_dialog,
    "suggestions": suggestions.suggested,
    "visitor-rows": visitors.visitor_rows,
    "journey": visitors.one_journey,
    "explain": explanation.explain,
    "annotations": annotations.told,
    "annotation-impact": annotations.impact,
    "first-event": now.first_event,
    "details": details.details,
    **dict.fromkeys(BREAKDOWNS, breakdown.breakdown),
    **{name: made for part in _PARTS.values() for name, made in part.SECTIONS.items()},
}
# What shared links have: sections by the page that a link must show for them. One that is not named is for members.
SHARED_SECTIONS: dict[str, str] = {
    **dict.fromkeys(
        ("overview", "series", "now", "filter-dialog", "suggestions", "explain", "annotations", "details", *BREAKDOWNS),
        "dashboard",
    ),
    CONVERSIONS.name: "goals",
    **{name: page for page, part in _PARTS.items() for name in part.SHARED},
}


@require_safe
@login_from_a_part
def section(request: SignedInRequest, project_id: UUID, name: str) -> HttpResponse:
    """A section as a piece of HTML; 400 and 503 as a sentence."""
    return rendered(request, Viewing.of_member(request.user, project_id), name)


def rendered(request: HttpRequest, viewing: Viewing, name: str) -> HttpResponse:
    """The section of this name for whoever looks. Raises Http404."""
    if name not in SECTIONS or not (viewing.is_member or viewing.shows(SHARED_SECTIONS.get(name, ""))):
        raise Http404
    try:
        question = viewing.question(request.GET, clock.now())
        response = too_few.too_few(request, viewing, question, name) or SECTIONS[name](request, viewing, question, name)
    except params.InvalidParams as error:
        response = _sentence(400, "; ".join(f"{each['parameter']}: {each['detail']}" for each in error.errors))
    except StaleSegment as error:
        response = _sentence(400, str(error.detail))
    except InvalidPattern:
        response = _sentence(400, _("A filter’s pattern is not a regular expression: change the filter, or remove it."))
    except QueryTooLarge:
        response = _sentence(503, _("This took too long. Try a shorter period or fewer filters."))
    except StoreUnavailable as error:
        log.warning("section_failed", section=name, project_id=str(viewing.project.pk), error=str(error))
        response = _sentence(503, _("The database cannot be reached at the moment."))
    response["Cache-Control"] = "private, no-store"
    return response


def _sentence(status: int, text: str) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
