"""The sections of the page, by the names of their addresses; SHARED: those that shared links have as well."""

from collections.abc import Callable
from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render

from reports import figures, params, results
from reports.journeys import anchors, answers, flow, flow_table, step_words
from reports.journeys.choices import Choices, choices
from reports.journeys.endings import endings
from reports.journeys.node_detail import node_detail
from reports.links import DashboardLinks
from reports.params import Question
from reports.viewing import Viewing
from tracking.storage.paths import MAX_STEPS


def journey_flow(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    asked = choices(request.GET)
    links, answer = _links(viewing, question, asked), answers.run(asked.query(question)).paths
    context = {
        "own_url": links.section(name, **asked.parameters),
        "choices": asked,
        "anchor": step_words.anchor(asked),
        "visits": answer.visits,
    }
    if answer.visits:
        before = answers.run(asked.query(question, question.compared)).paths.visits if question.compared else None
        change = results.change(answer.visits, before)
        context |= {
            "flow": flow.flow(answer, asked, links),
            "rows": [_row(each, asked) for each in flow_table.rows(answer)],
            "figure": figures.count(answer.visits),
            "is_compared": before is not None,
            "change": change,
            "change_text": "" if change is None else figures.signed_percent(change),
            "before": figures.count(before or 0),
            "csv_url": links.to("api-journeys", **asked.parameters, format="csv"),
        }
    else:
        edge = replace(asked, anchor=None)
        context |= {
            "edge_url": _links(viewing, question, edge).page_url() if asked.anchor else "",
            "unfiltered_url": links.without_filters() if question.filters else "",
        }
    return render(request, "reports/journeys/_flow.html", context)


def journey_node(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Raises Http404."""
    asked = choices(request.GET)
    column = params.integer(request.GET, "column", 0, at_least=0, at_most=MAX_STEPS)
    found = node_detail(question, asked, _links(viewing, question, asked), column, request.GET.get("node", ""))
    if found is None:
        raise Http404
    return render(request, "reports/journeys/_node.html", {"node": found, "question": question})


def journey_anchors(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """As JSON. `q`: what was typed."""
    found = anchors.options(question, choices(request.GET), request.GET.get("q", "").strip())
    return JsonResponse(anchors.answer(found))


def journey_ends(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    asked = choices(request.GET)
    links = _links(viewing, question, asked)
    return render(request, "reports/journeys/_ends.html", {
        "endings": endings(question, links),
        "own_url": links.section(name, **asked.parameters),
        "unfiltered_url": links.without_filters() if question.filters else "",
    })  # fmt: skip


def _links(viewing: Viewing, question: Question, asked: Choices) -> DashboardLinks:
    return DashboardLinks(viewing, question, page="journeys", choices=tuple(asked.parameters.items()))


def _row(row: flow_table.FlowRow, asked: Choices) -> dict[str, str]:
    is_end = row.target is flow_table.ENDED
    return {
        "column": step_words.column(row.column, asked),
        "source": step_words.name_of(row.source, asked),
        "target": step_words.ended(asked) if is_end else step_words.name_of(row.target, asked),
        "visits": figures.count(row.visits),
        "share": figures.percent(row.share),
    }


SECTIONS: dict[str, Callable[..., HttpResponse]] = {
    "journey-flow": journey_flow,
    "journey-node": journey_node,
    "journey-anchors": journey_anchors,
    "journey-ends": journey_ends,
}
SHARED: frozenset[str] = frozenset()
