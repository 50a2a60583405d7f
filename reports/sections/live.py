"""What goes on at the moment: who is there, and what they do. For members alone: so few visitors might be known."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from analytics_pulse import clock
from reports import figures, live, realtime
from reports.links import DashboardLinks
from reports.params import Question
from reports.viewing import Viewing

FEED_ROWS = 40


def live_numbers(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    links = DashboardLinks(viewing, question)
    recent = realtime.recent(question.project, clock.now())
    return render(request, "reports/_live.html", {
        "active": recent.active_visitors,
        "active_figure": figures.count(recent.active_visitors),
        "pageviews": figures.count(sum(views for _, views in recent.minutes)),
        "most": max(views for _, views in recent.minutes),
        "bars": list(live.bars(recent, question)),
        "lists": list(live.lists(recent, links)),
        "is_estimated": recent.is_estimated,
        "own_url": links.section(name),
    })  # fmt: skip


def live_feed(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    events = realtime.feed(question.project, clock.now())[:FEED_ROWS]
    own_url = DashboardLinks(viewing, question).section(name)
    return render(request, "reports/_feed.html", {"events": live.fed(events, question), "own_url": own_url})
