"""The page of campaigns."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from goals.models import Goal
from projects.views.signed_in import SignedInRequest
from reports.campaigns.choices import FIRST_TOUCH, LAST_TOUCH
from reports.goal_names import GOAL
from reports.member_page import shown_page
from reports.viewing import Viewing


@require_safe
@login_required
def campaigns(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return shown(request, Viewing.of_member(request.user, project_id))


def shown(request: HttpRequest, viewing: Viewing) -> HttpResponse:
    """For a member, or through a shared link that has this page."""
    asked = request.GET
    return shown_page(
        request,
        viewing,
        "campaigns",
        sections=("campaign-table",),
        about={name: asked[name] for name in ("by", "sort") if asked.get(name)},
        asked={name: asked.get(name, "") for name in ("by", "sort", "search", GOAL, "attribution")},
        goals=Goal.objects.of(viewing.project) if viewing.shows_values_of(GOAL) else (),
        attributions=[(LAST_TOUCH, _("The visit in which it happened")), (FIRST_TOUCH, _("The visitor’s first visit"))],
        is_first_touch=asked.get("attribution") == FIRST_TOUCH,
    )
