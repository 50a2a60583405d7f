"""The pages: what a visitor without a login sees, and a project's dashboard, whose sections come after it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from analytics_pulse import clock
from projects.access import get_project_for
from projects.models import Project
from projects.views.signed_in import SignedInRequest
from reports import labels, params, periods
from reports.condition_words import OPERATOR_WORDS
from reports.links import DashboardLinks
from reports.sections import FILTERABLE, HEADLINES, PANELS
from reports.segments import StaleSegment
from tracking.install import base_url_of, first_event_of, snippet
from tracking.rate_limit import was_throttled
from tracking.storage.base import StoreUnavailable


@require_safe
def landing(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("projects:index")
    return render(request, "landing.html")


@require_safe
@login_required
def dashboard(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The page without its numbers. It asks the store for nothing once the project has events."""
    project = get_project_for(request.user, project_id)
    if not has_events(project):
        tag = snippet(project, base_url_of(request))
        return render(request, "reports/waiting.html", {"project": project, "snippet": tag})
    try:
        question = params.question(with_added_filter(request.GET), project, clock.now(), who=request.user)
    except params.InvalidParams as error:
        if all(each["code"] == "unknown_segment" for each in error.errors):
            return segment_gone(request, project, *(each["parameter"] for each in error.errors))
        return render(request, "400.html", {"problem": error, "project": project}, status=400)
    except StaleSegment as error:
        return segment_gone(request, project, "segment", "filters", why=str(error.detail))
    metric = request.GET.get("metric", "")
    links = DashboardLinks(question, metric if metric in HEADLINES else "")
    if "dimension" in request.GET:
        return redirect(links.page())
    return render(request, "reports/dashboard.html", {
        "project": project,
        "question": question,
        "links": links,
        "periods": [(name, label, links.of_period(name)) for name, label in periods.LABELS.items()],
        "panels": [(panel, links.section(panel.opened(question.filters).name)) for panel in PANELS],
        "sections": {name: links.section(name) for name in ("overview", "series", "now", "segments")},
        "filterable": FILTERABLE,
        "operators": OPERATOR_WORDS,
        "throttled": was_throttled(project.pk),
        "today": clock.now().astimezone(project.zone).date(),
    })  # fmt: skip


def with_added_filter(query: QueryDict) -> QueryDict:
    """The query string, with what the form for a new filter sent as one more filter."""
    if "dimension" not in query:
        return query
    dimension, operator, value = str(query["dimension"]), query.get("operator", ""), str(query.get("value", ""))
    filtered = query.copy()
    # A pattern is matched with what is stored, and not with what people call it.
    meant = value if operator in ("matches", "matches_not") else labels.value(dimension, value)
    filtered.appendlist("f", f"{dimension}:{operator}:{meant}")
    return filtered


def segment_gone(request: HttpRequest, project: Project, *parameters: str, why: str = "") -> HttpResponse:
    """What a link shows whose segment is not there any more, or is somebody else's own: these parameters name it."""
    rest = request.GET.copy()
    for name in parameters:
        rest.pop(name, None)
    return render(request, "reports/segment_gone.html", {"project": project, "why": why, "rest": rest}, status=404)


def has_events(project: Project) -> bool:
    """Whether anything ever came in. Once it did, the project remembers, and the store is not asked."""
    try:
        return first_event_of(project) is not None
    except StoreUnavailable:
        return True  # the sections will say that the store is away
