"""What stands behind a marker of the chart: its annotations, and what changed with each."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext

from analytics_pulse import clock
from reports import annotation_impact, annotations, figures
from reports.before_after import LENGTHS, Change
from reports.headlines import tone
from reports.links import DashboardLinks
from reports.params import Question
from reports.viewing import Viewing

MOST = 50
_DAY = timedelta(days=1)


def told(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """`ids`: which, with commas between them. Those that are not there, or not for whoever looks, are left out."""
    links = DashboardLinks(viewing, question)
    found = annotations.seen_through(viewing).filter(pk__in=_ids(request.GET.get("ids", "")))
    rows = [
        (each, links.section("annotation-impact", id=str(each.pk)) if viewing.is_member else "")
        for each in found.order_by("occurred_at", "created_at")
    ]
    if not rows:
        raise Http404
    context = {
        "viewing": viewing,
        "project": viewing.project,
        "rows": rows,
        "may_write": annotations.may_write(viewing),
    }
    return render(request, "reports/_annotations.html", context | {"zone": viewing.project.zone})


def impact(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Before and after one of them: `id`, `days`. For members: its numbers are of any size."""
    ids = _ids(request.GET.get("id", ""))
    if not viewing.is_member or len(ids) != 1:
        raise Http404
    annotation = get_object_or_404(annotations.seen_through(viewing), pk=ids[0])
    compared = annotation_impact.impact(annotation, viewing.project, question, request.GET, clock.now())
    links = DashboardLinks(viewing, question)
    return render(request, "reports/_annotation_impact.html", {
        "annotation": annotation,
        "compared": compared,
        "before_last": compared.before.end - _DAY,
        "after_last": compared.after.end - _DAY,
        "has_filters": bool(question.conditions),
        "rows": [_row(each) for each in compared.changes],
        "lengths": [
            (each, links.section(name, id=str(annotation.pk), days=str(each))) for each in LENGTHS
        ],
    })  # fmt: skip


def _row(change: Change) -> dict[str, object]:
    unit = change.declared.unit
    return {
        "metric": change.metric,
        "label": gettext(change.declared.label),
        "before": figures.figure(change.before, unit),
        "after": figures.figure(change.after, unit),
        "change": change.change,
        "change_text": "" if change.change is None else figures.signed_percent(change.change),
        "tone": tone(change.change, change.metric) if change.is_more_than_noise else "",
        "p_value": change.p_value,
        "is_more_than_noise": change.is_more_than_noise,
    }


def _ids(text: str) -> Sequence[UUID]:
    """Those of the words that are ids."""
    found = []
    for each in text.split(",")[:MOST]:
        try:
            found.append(UUID(each))
        except ValueError:
            continue
    return found
