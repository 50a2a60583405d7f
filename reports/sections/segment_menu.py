"""What the menu of segments holds: those to apply, and what can be done with the filters of the page."""

from django.http import HttpResponse
from django.shortcuts import render

from reports import page_address, segments
from reports.links import DashboardLinks
from reports.params import Question
from reports.segment_views import SegmentRequest
from reports.viewing import Viewing

# From so many on there is a field to search them with.
MANY = 8


def segment_menu(request: SegmentRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    links, address = DashboardLinks(viewing, question), page_address.current(request, viewing)
    may_change_all = segments.may_change_the_teams(viewing.project, request.user)
    shown = [
        (
            each,
            page_address.with_segment(address, each.pk),
            links.to("reports:segment", each.pk),
            bool(each.owner_id) or may_change_all,
        )
        for each in segments.visible(viewing.project, request.user)
    ]
    applied = {each.id for each in question.segments}
    changed = [each for each, _url, _details_url, may_change in shown if each.pk in applied and may_change]
    # What holds besides the one segment that is applied can become a part of it.
    updated = changed[0] if len(applied) == len(changed) == 1 and question.filters else None
    return render(request, "reports/_segments.html", {
        "segments": shown,
        "are_many": len(shown) >= MANY,
        "applied": applied,
        "save_url": links.to("reports:segments") if question.conditions else "",
        "updated": updated,
        "update_url": links.to("reports:segment-filters", updated.pk) if updated else "",
    })  # fmt: skip
