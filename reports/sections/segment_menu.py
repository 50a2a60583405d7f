"""What the menu of segments holds: those to apply, and whether there is something to save."""

from django.http import Http404, HttpResponse
from django.shortcuts import render

from projects.views.signed_in import SignedInRequest
from reports import segments
from reports.links import DashboardLinks
from reports.params import Question
from reports.viewing import Viewing


def segment_menu(request: SignedInRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    if not viewing.is_member:
        raise Http404
    links, seen = DashboardLinks(viewing, question), segments.visible(viewing.project, request.user)
    may_change_all = segments.may_change_the_teams(viewing.project, request.user)
    shown = [
        (
            each,
            links.with_segment(each.pk),
            links.to("reports:segment", each.pk) if each.owner_id or may_change_all else "",
        )
        for each in seen
    ]
    return render(request, "reports/_segments.html", {
        "segments": shown,
        "applied": {each.id for each in question.segments},
        "save_url": links.to("reports:segments") if question.conditions else "",
    })  # fmt: skip
