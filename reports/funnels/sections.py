"""The sections of the pages about funnels, by the names of their addresses; SHARED: those of shared links as well."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from goals.models import Funnel
from reports import page_address, params
from reports.faults import Faults
from reports.funnels import answers, builder, definition, drops, examples, report
from reports.funnels.actions import find_funnel, may_write
from reports.funnels.breakdowns import BREAKDOWNS, breakdown_of
from reports.funnels.definition import BrokenFunnel, Definition
from reports.links import DashboardLinks
from reports.page_parts import HtmxHttpRequest
from reports.params import InvalidParams, Question, fault
from reports.viewing import Viewing

Section = Callable[..., HttpResponse]


def funnel_list(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """The saved funnels without their numbers, each of which is a section of its own; without any, an example."""
    links = DashboardLinks(viewing, question, page="funnels")
    section = "funnel-card" if viewing.is_member else "funnel"
    saved = list(Funnel.objects.filter(project=viewing.project))
    proposed = None if saved or not viewing.is_member else examples.example(question, viewing.project)
    return render(request, "reports/funnels/_list.html", {
        "viewing": viewing,
        "cards": [(each, links.section(section, funnel=str(each.pk))) for each in saved],
        "may_write": may_write(viewing.project, viewing.who),
        "new_url": links.to("reports:new-funnel") if viewing.is_member else "",
        "example": proposed,
        "example_url": links.to("reports:new-funnel", **builder.address(proposed)) if proposed else "",
    })  # fmt: skip


def funnel_card(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    return _reported(request, viewing, question, name, "reports/funnels/_card.html")


def funnel(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    return _reported(request, viewing, question, name, "reports/funnels/_funnel.html")


def funnel_draft(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """What the form comes to while it is being filled in, and the address of the page that says so."""
    form = builder.of_request(request.GET).checked(viewing.project)
    own_url = DashboardLinks(viewing, question).section(name)
    if form.found is None:
        return render(request, "reports/funnels/_draft.html", {"form": form, "own_url": own_url})
    said = builder.address(form.found)
    context = _shown(viewing, question, form.found, {key: value for key, value in said.items() if value})
    response = render(request, "reports/funnels/_draft.html", {"form": form, "own_url": own_url, **context})
    response["HX-Replace-Url"] = page_address.with_parameters(page_address.current(request, viewing), **said)
    return response


def funnel_groups(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """The funnel by the values of a dimension; nothing but the choice of one without it. Raises InvalidParams."""
    saved, found, about = _asked(request, viewing)
    # On a shared link no funnel has a page of its own.
    subject = (str(saved.pk),) if saved and viewing.is_member else ()
    links = DashboardLinks(viewing, question, page="funnels", subject=subject)
    chosen = breakdown_of(request.GET)
    if chosen and not viewing.is_member and chosen not in dict(BREAKDOWNS):
        raise InvalidParams(errors=[fault("breakdown", "not_shared", "this link does not show its values")])
    listed = report.groups(found, question, chosen, links) if chosen and not found.gone else []
    response = render(request, "reports/funnels/_groups.html", {
        "viewing": viewing,
        "name": str(saved.pk) if saved else "draft",
        "chosen": chosen,
        "chosen_label": dict(BREAKDOWNS).get(chosen, chosen),
        "breakdowns": BREAKDOWNS if chosen in ("", *dict(BREAKDOWNS)) else [*BREAKDOWNS, (chosen, chosen)],
        "groups": listed,
        "steps": found.steps[1:],
        "choose_url": links.section(name, **about),
        "own_url": links.section(name, **about, breakdown=chosen),
        "is_linked": saved is not None and viewing.is_member,
    })  # fmt: skip
    if saved and viewing.is_member and request.htmx:
        current = page_address.current(request, viewing)
        response["HX-Replace-Url"] = page_address.with_parameters(current, breakdown=chosen)
    return response


def funnel_drops(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """Where those went who reached a step and not the next one. Raises InvalidParams."""
    _saved, found, _about = _asked(request, viewing)
    step = params.integer(request.GET, "step", 1, at_least=1, at_most=len(found.steps) - 1)
    shown = drops.shown(answers.drop_outs(found.query(question), step), DashboardLinks(viewing, question))
    context = {"drops": shown, "step": found.steps[step - 1], "next": found.steps[step], "by": found.by}
    return render(request, "reports/funnels/_drops.html", context)


def _reported(request: HttpRequest, viewing: Viewing, question: Question, name: str, template: str) -> HttpResponse:
    saved, found, about = _asked(request, viewing)
    context = {"own_url": DashboardLinks(viewing, question).section(name, **about), "saved": saved}
    if saved:
        links = DashboardLinks(viewing, question, page="funnels", subject=(str(saved.pk),))
        context["url"] = links.page_url() if viewing.is_member else ""
        context["edit_url"] = (
            links.to("reports:edit-funnel", saved.pk) if may_write(viewing.project, viewing.who) else ""
        )
    return render(request, template, {**context, **_shown(viewing, question, found, about)})


def _shown(viewing: Viewing, question: Question, found: Definition, about: dict[str, str]) -> dict[str, Any]:
    """What templates/reports/funnels/_report.html takes. A funnel with a goal that was deleted has no numbers."""
    links = DashboardLinks(viewing, question)
    return {
        "viewing": viewing,
        "definition": found,
        "report": None if found.gone else report.report(found, question),
        "drops_url": links.section("funnel-drops", **about) if viewing.is_member else "",
        "groups_url": links.section("funnel-groups", **about),
        "question": question,
    }


def _asked(request: HttpRequest, viewing: Viewing) -> tuple[Funnel | None, Definition, dict[str, str]]:
    """The funnel that is meant, and the parameters that say so: a saved one by its id, else one in JSON, which shared
    links do not have. Raises Http404 and InvalidParams."""
    if "funnel" in request.GET:
        saved = _saved(request, viewing)
        try:
            return saved, definition.of_funnel(saved), {"funnel": str(saved.pk)}
        except BrokenFunnel as error:
            raise InvalidParams(
                errors=[fault("funnel", each["code"], each["detail"]) for each in error.errors]
            ) from None
    if not viewing.is_member:
        raise Http404
    faults = Faults()
    found = definition.parse(builder.in_address(request.GET), faults, viewing.project)
    if faults:
        raise InvalidParams(errors=faults.of_parameter("steps"))
    return None, found, {name: value for name, value in builder.address(found).items() if value}


def _saved(request: HttpRequest, viewing: Viewing) -> Funnel:
    text = str(request.GET["funnel"])
    try:
        return find_funnel(viewing.project, UUID(text))
    except ValueError:
        raise Http404 from None


SECTIONS: dict[str, Section] = {
    "funnel-list": funnel_list,
    "funnel-card": funnel_card,
    "funnel": funnel,
    "funnel-draft": funnel_draft,
    "funnel-groups": funnel_groups,
    "funnel-drops": funnel_drops,
}
SHARED: frozenset[str] = frozenset({"funnel-list", "funnel", "funnel-groups"})
