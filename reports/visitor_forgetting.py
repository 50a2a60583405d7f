"""The button of a visitor's page by which an admin has all of that visitor erased."""

from uuid import UUID

import redis
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics_pulse import clock
from projects.access import get_project_for
from projects.models import Role
from projects.views.signed_in import SignedInRequest
from tracking import erasure, identity
from tracking.storage.base import Whom


@require_POST
@login_required
def forget_visitor(request: SignedInRequest, project_id: UUID, visitor: str) -> HttpResponse:
    """Of all time, whatever the page showed. Raises Http404."""
    project = get_project_for(request.user, project_id, Role.ADMIN)
    try:
        whom = Whom((identity.parse_shown(visitor),))
    except ValueError:
        raise Http404 from None
    try:
        erasure.request(project, whom, now=clock.now())
    except redis.RedisError:
        messages.error(request, _("The queue cannot be reached at the moment. Nothing has changed: try again."))
        return redirect("reports:visitors", project_id, visitor)
    messages.success(
        request, _("The visitor is being forgotten: gone from your reports within seconds, for good in two minutes.")
    )
    return redirect("reports:visitors", project_id)
