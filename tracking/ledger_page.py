"""The page "Ledger" of a project: what became of every event of the last days. For every member."""

from datetime import datetime, timedelta
from itertools import groupby
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics_pulse import clock
from projects.access import get_project_for
from projects.models import Project
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from tracking import ledger_report
from tracking.reasons import Reason
from tracking.storage.base import StoreUnavailable

DAYS = 7
TEMPLATE = "tracking/ledger.html"


@login_required
@never_cache
@require_safe
def ledger(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id)
    start, end = _last_days(project, clock.now())
    try:
        report = ledger_report.report(project.pk, project.zone, start, end)
    except StoreUnavailable:
        return settings_page(request, TEMPLATE, project, status=503, state="unknown")
    by_hour = request.GET.get("by") == "hour"
    lines = sorted(report.hours if by_hour else report.days, key=lambda line: line.start, reverse=True)
    days = groupby(lines, lambda line: line.start.astimezone(project.zone).date())
    total = report.total
    return settings_page(
        request,
        TEMPLATE,
        project,
        state=report.state,
        sentence=report.sentence,
        total=total,
        days=DAYS,
        by_hour=by_hour,
        groups=[(day, list(group)) for day, group in days],
        screened=[(_label(reason), count) for reason, count in total.quarantined_by_reason.items()],
        refused=list(total.rejected_by_code.items()),
    )


def _last_days(project: Project, now: datetime) -> tuple[datetime, datetime]:
    """From the beginning of the day DAYS - 1 days ago, in the project's zone, to the end of this hour."""
    first_day = now.astimezone(project.zone) - timedelta(days=DAYS - 1)
    return first_day.replace(hour=0, minute=0, second=0, microsecond=0, fold=0), now + ledger_report.HOUR


def _label(reason: str) -> str:
    """`reason` as a person says it. The ledger knows some that the quarantine does not."""
    try:
        return Reason(reason).label
    except ValueError:
        return reason.replace("_", " ").capitalize()
