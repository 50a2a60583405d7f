"""The page of a project's settings that says what is kept for how long, and where an owner erases a person."""

from uuid import UUID

import redis
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from analytics_pulse import clock
from projects.access import get_project_for
from projects.models import IdentityMode, Role
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from tracking import erasure, identity, tombstones
from tracking.install import base_url_of
from tracking.privacy_form import ErasureForm


@login_required
@never_cache
@require_http_methods(["GET", "POST"])
def privacy(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.ADMIN)
    form = ErasureForm(request.POST or None, project=project)
    if request.method == "POST" and form.is_valid():
        try:
            start, end = form.range
            erasure.request(project, form.whom, now=clock.now(), start=start, end=end)
        except redis.RedisError:
            form.add_error(None, _("The queue cannot be reached at the moment. Nothing has changed: try again."))
        else:
            messages.success(
                request, _("It is being erased. It is gone from your reports within seconds, for good in two minutes.")
            )
            return redirect("tracking:privacy", project_id)
    try:
        under_way, done = erasure.pending(project_id), erasure.done(project_id)
    except redis.RedisError:
        under_way, done = 0, []
    return settings_page(
        request,
        "tracking/privacy.html",
        project,
        form=form,
        under_way=under_way,
        done=done,
        is_cookieless=project.identity_mode == IdentityMode.COOKIELESS,
        retention_months=settings.RETENTION_MONTHS,
        salt_hours=int(identity.KEPT_FOR.total_seconds() // 3600),
        tombstone_days=tombstones.STANDS_FOR.days,
        knows_places=bool(settings.GEOIP_PATH or settings.GEOIP_COUNTRY_HEADER),
        base_url=base_url_of(request),
    )
