"""The filters as a form; with `apply`, the page of those that were chosen, or what is wrong with them."""

import json
from collections.abc import Iterable

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.http import MAX_URL_REDIRECT_LENGTH
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect, reswap, retarget

from analytics_pulse import clock
from reports import conditions, page_address, params, patterns
from reports.condition_words import OPERATOR_WORDS
from reports.conditions import MAX_PATTERNS, MAX_VALUE_CHARS, MAX_VALUES
from reports.filter_form import KINDS, FilterRow, filter_form
from reports.filter_parameters import flat
from reports.filterable import groups
from reports.goal_names import GoalNames
from reports.links import DashboardLinks
from reports.page_parts import HtmxHttpRequest
from reports.params import InvalidParams, Question
from reports.viewing import Viewing
from tracking.storage.conditions import MAX_CONDITIONS, MAX_PATTERN_CHARS


def filter_dialog(request: HtmxHttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """`at`: the number of the item that is to be changed; behind the last: a new one. Nothing given: a new one."""
    if "apply" in request.GET:
        return _applied(request, viewing)
    links, adds = DashboardLinks(viewing, question), "at" not in request.GET
    form = filter_form(flat(question.filters), GoalNames(viewing.project.pk), adds=adds)
    at = params.integer(request.GET, "at", len(form.items), at_least=0, at_most=MAX_CONDITIONS)
    return render(request, "reports/_filter_form.html", {
        "form": form,
        "at": at,
        "row": FilterRow(),
        "groups": groups(viewing),
        "operators": OPERATOR_WORDS,
        "kinds": KINDS,
        "apply_url": links.section(name),
        "suggestions_url": links.unfiltered_section("suggestions"),
        "coded": ("country", "device", "goal"),
        "hides_done": viewing.link is not None and viewing.link.segment_id is not None,
    })  # fmt: skip


def _applied(request: HtmxHttpRequest, viewing: Viewing) -> HttpResponse:
    asked = request.GET.copy()
    chosen = str(asked.pop("apply")[-1])
    asked.setlist("f", [])
    asked.setlist("filters", [chosen])
    try:
        question = viewing.question(asked, clock.now())
    except InvalidParams as error:
        return _refused(request, error.errors)
    if faults := patterns.faults(question.filters, {"filters": json.loads(chosen)}, question.project.id):
        return _refused(request, faults)
    address = page_address.with_filters(page_address.current(request, viewing), question.filters)
    if len(address) > MAX_URL_REDIRECT_LENGTH:  # the whole view is in its address
        return _refused(request, [params.fault("filters", "too_many", conditions.LIMITS)])
    return HttpResponseClientRedirect(address)


def _refused(request: HtmxHttpRequest, faults: Iterable[dict[str, str]]) -> HttpResponse:
    """What is wrong, in the form that stays as it is."""
    said = dict.fromkeys(_sentence(each) for each in faults)
    response = render(request, "reports/_filter_faults.html", {"faults": list(said)})
    return reswap(retarget(response, "#filter-faults"), "innerHTML")


def _sentence(fault: dict[str, str]) -> str:
    match fault["code"]:
        case "not_a_list":
            return _("Choose at least one value for each filter.")
        case "unknown_dimension":
            return _("The name of a property has 1 to 100 characters.")
        case "not_a_text":
            return _("A value has a character that cannot be stored.")
        case "too_long":
            limits = {"most": MAX_VALUE_CHARS, "most_of_pattern": MAX_PATTERN_CHARS}
            return _("A value has at most %(most)d characters, a pattern %(most_of_pattern)d.") % limits
        case "too_many":
            limits = {"conditions": MAX_CONDITIONS, "values": MAX_VALUES, "patterns": MAX_PATTERNS}
            return (
                _(
                    "These are too many: at most %(conditions)d filters, with %(values)d values or %(patterns)d "
                    "patterns each."
                )
                % limits
            )
        case "invalid_pattern":
            return _("A pattern is not a regular expression: %(why)s") % {"why": fault["detail"]}
        case "unknown_goal":
            return _("There is no goal of this name.")
        case "not_shared":
            return _("Filters on what visitors have done are not possible here.")
    return _("These filters cannot be applied: %(why)s") % {"why": fault["detail"]}
