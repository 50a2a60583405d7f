"""The page of a project's settings that says who is not counted."""

from collections import Counter
from datetime import datetime, timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from analytics_pulse import clock
from projects.access import get_project_for
from projects.actions.projects import change_project
from projects.models import Project, Role
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from tracking.client import client_of
from tracking.pipeline.enrichment.location import display_host
from tracking.pipeline.screening.rules import rules_of
from tracking.project_settings import Screening
from tracking.reasons import Reason
from tracking.screening_form import ScreeningForm
from tracking.storage import ledger

COUNTED = timedelta(days=7)
ALWAYS = {Reason.BOT, Reason.SPAM_REFERRER}
_QUARANTINED = "quarantined:"


@login_required
@require_http_methods(["GET", "POST"])
def screening(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.EDITOR)
    form = ScreeningForm(request.POST or None, initial=ScreeningForm.fields_of(project))
    if request.method == "POST" and form.is_valid():
        change_project(project=project, screening=form.cleaned_data)
        messages.success(request, _("Saved. It holds for what comes in from now on, within seconds."))
        return redirect("tracking:screening", project_id)
    counts = quarantined_counts(project_id, clock.now())
    return settings_page(
        request,
        "tracking/screening.html",
        project,
        form=form,
        own_address=own_address(request),
        counts=[(reason, counts[reason]) for reason in Reason if counts[reason] or reason in ALWAYS],
        total=sum(counts[reason] for reason in Reason),
        leaves_out_own_domain=leaves_out_own_domain(project),
    )


def own_address(request: SignedInRequest) -> str:
    """What to exclude in order to exclude who looks at the page; "" when unknown.

    Of an IPv6 address its network: the rest changes by itself, every day.
    """
    ip = client_of(request).ip
    return f"{ip}/64" if ":" in ip else ip


def quarantined_counts(project_id: UUID, now: datetime) -> Counter[str]:
    """How many events that were received in the last 7 days are quarantined, by reason."""
    counts: Counter[str] = Counter()
    for hour in ledger.read(project_id, now - COUNTED, now):
        for reason, count in hour.reasons.items():
            if reason.startswith(_QUARANTINED):
                counts[reason.removeprefix(_QUARANTINED)] += count
    return counts


def leaves_out_own_domain(project: Project) -> bool:
    """Whether events of the project's own domain are set aside: a mistake, most likely."""
    hostnames = tuple(project.screening.get("hostnames") or ()) if isinstance(project.screening, dict) else ()
    rules = rules_of(Screening(hostnames=hostnames))
    return rules is not None and not rules.counts_host(display_host(project.domain))
