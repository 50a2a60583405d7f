"""The page of journeys."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.http import require_safe

from projects.views.signed_in import SignedInRequest
from reports.journeys import step_words
from reports.journeys.choices import Choices, choices, text_of
from reports.links import CHOICES
from reports.member_page import member_page
from reports.params import InvalidParams
from tracking.storage.paths import MAX_STEPS


@require_safe
@login_required
def journeys(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    try:
        asked = choices(request.GET)
    except InvalidParams:  # its sections say what is wrong
        asked = Choices()
    return member_page(
        request,
        project_id,
        "journeys",
        sections=("journey-flow", "journey-ends", "journey-anchors"),
        about={name: request.GET[name] for name in CHOICES["journeys"] if request.GET.get(name)},
        choices=asked,
        own=CHOICES["journeys"],
        anchor=text_of(asked.anchor) if asked.anchor else "",
        anchor_name=step_words.anchor(asked),
        lengths=range(1, MAX_STEPS + 1),
    )
