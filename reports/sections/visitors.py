"""Visitors one by one, and what one of them did."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from analytics_pulse import clock
from projects.access import projects_of
from projects.models import Role
from reports import figures, labels
from reports.api import pages, raw_events
from reports.journey import journey
from reports.links import DashboardLinks
from reports.params import Question
from reports.realtime import ACTIVE_MINUTES
from reports.viewing import Viewing
from tracking import identity
from tracking.storage import visitors
from tracking.storage.visitors import SeenVisitor

ROWS = 50
EVENTS = 300  # of a journey, at a time


@dataclass(frozen=True, slots=True)
class VisitorRow:
    """name: as the API shows the visitor."""

    name: str
    url: str
    is_active: bool
    last_seen_at: datetime
    seen: SeenVisitor
    code: str
    country: str
    device: str


def visitor_rows(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    place = pages.place(request.GET)
    try:
        after = place and (place[0], identity.parse_shown(place[1]))
    except ValueError:
        raise pages.invalid_cursor() from None
    period, conditions = question.period.period, question.conditions
    found = visitors.visitors(question.project, period, conditions, limit=ROWS + 1, after=after)
    shown, more_url, links = found.rows[:ROWS], "", DashboardLinks(viewing, question, page="visitors")
    if len(found.rows) > ROWS:
        at, visitor_id = shown[-1].place
        more_url = links.section(name, cursor=pages.cursor_of(at, identity.shown(visitor_id)))
    return render(request, "reports/_visitor_rows.html", {
        "rows": list(_rows(shown, viewing, question)),
        "total_figure": figures.count(found.total),
        "is_first": after is None,
        "own_url": links.section(name),
        "more_url": more_url,
        "unfiltered_url": links.without_filters() if question.conditions else "",
    })  # fmt: skip


def one_journey(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Raises Http404."""
    visitor = request.GET.get("visitor", "")
    try:
        visitor_id = identity.parse_shown(visitor)
    except ValueError:
        raise Http404 from None
    project, period, after = question.project, question.period.period, raw_events.place(request.GET)
    found = visitors.timeline(project, period, visitor_id, question.conditions, limit=EVENTS + 1, after=after)
    visits, place = journey(found[:EVENTS], project, has_more=len(found) > EVENTS)
    links = DashboardLinks(viewing, question, page="visitors", subject=(visitor,))
    more_url = ""
    if place:
        more_url = links.section(name, visitor=visitor, cursor=pages.cursor_of(place[0], str(place[1])))
    context = {
        "viewing": viewing,
        "project": viewing.project,
        "visits": visits,
        "is_first": after is None,
        "more_url": more_url,
        "detail_url": links.section("event"),
    }
    if after is None:
        summary = visitors.summary(project, period, visitor_id)
        context |= {
            "visitor": visitor,
            "summary": summary,
            "own_url": links.section(name, visitor=visitor),
            "all_time_url": links.of_period("all"),
            "is_cookieless": project.is_cookieless,
            "may_forget": may_forget(viewing),
        }
        if summary:
            context |= {
                "first_seen_at": summary.first_seen_at.astimezone(project.zone),
                "last_seen_at": summary.last_seen_at.astimezone(project.zone),
                "engaged": figures.duration(summary.engaged_ms / 1000) if summary.engaged_ms else "–",
                "source": labels.label("source", summary.source),
                "country": labels.label("country", summary.country),
                "device": labels.label("device", summary.device),
            }
    return render(request, "reports/_journey.html", context)


def may_forget(viewing: Viewing) -> bool:
    assert viewing.who is not None, "a section for members"
    return projects_of(viewing.who, Role.ADMIN).filter(pk=viewing.project.pk).exists()


def _rows(seen: Sequence[SeenVisitor], viewing: Viewing, question: Question) -> Iterator[VisitorRow]:
    active_since = clock.now() - timedelta(minutes=ACTIVE_MINUTES)
    for each in seen:
        name = identity.shown(each.visitor_id)
        yield VisitorRow(
            name=name,
            url=DashboardLinks(viewing, question, page="visitors", subject=(name,)).page_url(),
            is_active=each.last_seen_at >= active_since,
            last_seen_at=each.last_seen_at.astimezone(question.project.zone),
            seen=each,
            code=each.country,
            country=labels.label("country", each.country),
            device=labels.label("device", each.device),
        )
