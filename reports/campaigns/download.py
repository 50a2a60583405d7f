"""The table of campaigns as a file: all of its rows, as they are sorted and searched."""

import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from analytics_pulse import clock
from projects.views.signed_in import SignedInRequest
from reports.api import answers
from reports.campaigns import choices
from reports.campaigns.choices import Wanted
from reports.campaigns.numbers import Campaign, Campaigns, campaigns
from reports.campaigns.sections import has_goals
from reports.campaigns.table import columns, ordered
from reports.exports.formats import CsvWriter
from reports.page_files import file_of
from reports.params import InvalidParams, Question, fault
from reports.viewing import Viewing

FORMATS = ("csv", "json")


@require_safe
@login_required
@file_of("campaigns")
def campaigns_file(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    viewing = Viewing.of_member(request.user, project_id)
    try:
        question, wanted = viewing.question(request.GET, clock.now()), choices.wanted(request.GET, viewing)
        if (written := request.GET.get("format", "csv")) not in FORMATS:
            raise InvalidParams(errors=[fault("format", "unknown_format", f"one of {', '.join(FORMATS)}")])
    except InvalidParams as error:
        return render(request, "400.html", {"problem": error, "project": viewing.project}, status=400)
    brought = campaigns(question, wanted)
    shown, rows = columns(brought, wanted, has_goals=has_goals(viewing)), ordered(brought, wanted)
    content = _csv(rows, shown, brought, wanted) if written == "csv" else _json(rows, shown, question, wanted)
    media_type = "text/csv; charset=utf-8" if written == "csv" else "application/json"
    first, last = question.period.first, question.period.last
    name = f"campaigns-by-{wanted.by}-{first:%Y-%m-%d}-{last:%Y-%m-%d}.{written}"
    return HttpResponse(
        content,
        content_type=media_type,
        headers={"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"},
    )


def row(campaign: Campaign, shown: list[str], wanted: Wanted) -> dict[str, Any]:
    """Revenue by currency."""
    numbers = {name: campaign.metrics[name] for name in shown if name != "revenue"}
    found = {wanted.dimension: campaign.value} | answers.numbers(list(numbers), list(numbers.values()))
    return found | ({"revenue": dict(campaign.revenue)} if "revenue" in shown else {})


def _csv(rows: list[Campaign], shown: list[str], brought: Campaigns, wanted: Wanted) -> bytes:
    """A column for each currency."""
    currencies = brought.currencies if "revenue" in shown else []
    names = [name for name in shown if name != "revenue"]
    writer = CsvWriter([wanted.dimension, *names, *(f"revenue_{each or 'unknown'}".lower() for each in currencies)])
    lines = []
    for each in rows:
        found = row(each, shown, wanted)
        amounts = [each.revenue.get(currency) for currency in currencies]
        lines.append([each.value, *(found[name] for name in names), *amounts])
    return writer.head() + writer.rows(lines, is_first=True)


def _json(rows: list[Campaign], shown: list[str], question: Question, wanted: Wanted) -> bytes:
    document = answers.head(question) | {
        "attribution": wanted.attribution,
        "goal": wanted.goal or None,
        "results": [row(each, shown, wanted) for each in rows],
    }
    return json.dumps(document, ensure_ascii=False, indent=1).encode()
