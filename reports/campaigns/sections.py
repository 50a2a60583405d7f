"""The sections of the page, by the names of their addresses; SHARED: those that shared links have as well."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from goals.models import Goal
from reports import labels, names, page_address, params, results
from reports.campaigns import choices
from reports.campaigns.choices import BY, NAME, TITLES, Wanted
from reports.campaigns.detail import campaign_detail
from reports.campaigns.side_by_side import LEAST, MOST, chosen, side_by_side
from reports.campaigns.table import Table, head, table
from reports.campaigns.tagging import ORDER, tagged_link
from reports.folding import FOLDED
from reports.goal_names import GOAL, GoalNames
from reports.links import DashboardLinks
from reports.page_parts import HtmxHttpRequest
from reports.params import MAX_VALUE_CHARS, InvalidParams, Question, fault
from reports.viewing import Viewing

USED = 200  # values of a parameter that are suggested


def campaign_table(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    wanted = choices.wanted(request.GET, viewing)
    kept = tuple((each, value) for each, value in wanted.parameters().items() if value)
    links = DashboardLinks(viewing, question, page="campaigns", choices=kept)
    offset = params.integer(request.GET, "offset", 0, at_least=0, at_most=params.MAX_OFFSET)
    found = table(question, wanted, links, has_goals=has_goals(viewing), offset=offset)
    context = {
        "viewing": viewing,
        "question": question,
        "wanted": wanted,
        "table": found,
        "more_url": _more_url(found, links, name, wanted),
        "compare_url": links.section("campaign-comparison", **wanted.parameters()) if viewing.is_member else "",
        "least": LEAST,
        "most": MOST,
    }
    if offset:
        return render(request, "reports/campaigns/_rows.html", context)
    response = render(request, "reports/campaigns/_table.html", context | {
        "own_url": links.section(name, by=wanted.by, sort=wanted.sort),
        "tabs": [(each, TITLES[each], links.section(name, by=each, sort=wanted.sort)) for each in BY],
        "columns": [_column(each, wanted, links, name) for each in (NAME, *found.columns)],
        "unfiltered_url": links.without_filters() if question.conditions else "",
        "downloads": _downloads(links, wanted) if viewing.is_member else [],
        "builder_url": links.section("campaign-builder") if viewing.is_member else "",
    })  # fmt: skip
    # What is looked at stands in the page's address, as all that it shows does.
    response["HX-Replace-Url"] = page_address.with_parameters(
        page_address.current(request, viewing), **wanted.parameters()
    )
    return response


def campaign(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    wanted, value = choices.wanted(request.GET, viewing), request.GET.get("campaign", "")
    if not (value and names.is_text(value) and len(value) <= MAX_VALUE_CHARS):
        raise InvalidParams(errors=[fault("campaign", "invalid_value", "the name of a campaign")])
    links = DashboardLinks(viewing, question, page="campaigns")
    return render(request, "reports/campaigns/_detail.html", {
        "question": question,
        "wanted": wanted,
        "label": labels.label(wanted.dimension, value),
        "detail": campaign_detail(question, wanted, value, has_goals=has_goals(viewing)),
        "dashboard_url": DashboardLinks(viewing, question).with_filter(wanted.dimension, value),
        "filter_url": "" if links.holds({wanted.dimension: value}) else links.with_filter(wanted.dimension, value),
    })  # fmt: skip


def campaign_comparison(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    wanted = choices.wanted(request.GET, viewing)
    found = side_by_side(question, wanted, chosen(request.GET), has_goals=has_goals(viewing))
    goal = GoalNames(viewing.project.pk).by_id.get(wanted.goal, "")
    context = {"question": question, "wanted": wanted, "compared": found, "goal": goal}
    return render(request, "reports/campaigns/_comparison.html", context)


def campaign_builder(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """The form of a link, with what was used before to choose from."""
    links, used = DashboardLinks(viewing, question, page="campaigns"), _used(question)
    return render(request, "reports/campaigns/_builder.html", {
        "project": viewing.project,
        "check_url": links.section("campaign-link"),
        "fields": [(each, each in ("utm_source", "utm_medium", "utm_campaign"), list(used[each])) for each in ORDER],
    })  # fmt: skip


def campaign_link(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """The link that the form's fields make. The address is one's own, and nothing of this is kept."""
    given = {each: request.GET.get(each, "").strip() for each in ("url", *ORDER)}
    if not all(names.is_text(value) for value in given.values()):
        raise InvalidParams(errors=[fault("url", "invalid_value", "a text")])
    tags = {each: given[each] for each in ORDER if given[each]}
    found = tagged_link(given["url"], tags, domain=viewing.project.domain, used=_used(question))
    return render(request, "reports/campaigns/_link.html", {"link": found, "is_begun": any(tags.values())})


def has_goals(viewing: Viewing) -> bool:
    return viewing.shows_values_of(GOAL) and Goal.objects.of(viewing.project).exists()


def _column(column: str, wanted: Wanted, links: DashboardLinks, name: str) -> dict[str, Any]:
    is_sorted = column == wanted.order
    return {
        "name": column,
        "title": wanted.title if column == NAME else head(column),
        "url": links.section(name, by=wanted.by, sort=wanted.sorted_by(column)),
        "sorted": ("descending" if wanted.is_descending else "ascending") if is_sorted else "",
    }


def _more_url(found: Table, links: DashboardLinks, name: str, wanted: Wanted) -> str:
    if found.next_offset is None:
        return ""
    return links.section(name, **wanted.parameters(offset=str(found.next_offset)))


def _downloads(links: DashboardLinks, wanted: Wanted) -> list[tuple[str, str]]:
    asked = wanted.parameters()
    return [(each.upper(), links.to("reports:campaigns-file", **asked, format=each)) for each in ("csv", "json")]


def _used(question: Question) -> dict[str, dict[str, float]]:
    """By parameter: the values of the period, whatever its filters are, with their visits."""
    found = {}
    whole = Question(question.project, question.period)
    for dimension in BY.values():
        rows = results.run(whole.query(("visits",), dimensions=(dimension,), limit=USED)).rows
        found[dimension] = {
            row.dimensions[0]: float(row.metrics[0] or 0) for row in rows if row.dimensions[0] not in ("", FOLDED)
        }
    return found


SECTIONS: dict[str, Callable[..., HttpResponse]] = {
    "campaign-table": campaign_table,
    "campaign": campaign,
    "campaign-comparison": campaign_comparison,
    "campaign-builder": campaign_builder,
    "campaign-link": campaign_link,
}
SHARED: frozenset[str] = frozenset({"campaign-table", "campaign"})
