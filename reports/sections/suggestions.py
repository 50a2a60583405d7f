"""What to filter by, as JSON for the list below a field: what the store suggests, and what was typed as it is."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from reports import figures, labels, names, params, suggestions
from reports.filterable import TEXT_OPERATORS
from reports.goal_names import GOAL, GoalNames
from reports.params import Question
from reports.suggestions import KEYS, MAX_TEXT_CHARS, Suggestion
from reports.viewing import Viewing


def suggested(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse:
    """{"options": [{"value", "label", "text", "count", "said"}], "said"}; the first is what Enter takes.

    `dimension`: one of the store's, or “prop” for keys of properties. `q`: what was typed, for a filter with
    `operator`. Raises InvalidParams and what results.run() does.
    """
    dimension = KEYS if request.GET.get("dimension") == KEYS else params.dimension(request.GET)
    typed, operator = request.GET.get("q", "").strip(), request.GET.get("operator", "is")
    if not viewing.shows_values_of(dimension):
        raise Http404
    is_text, goals = operator in TEXT_OPERATORS, GoalNames(question.project.id)
    is_searched = not operator.startswith("matches") and len(typed) <= MAX_TEXT_CHARS and names.is_text(typed)
    found = suggestions.suggestions(question, dimension, typed) if is_searched else []
    there = {each.value for each in found}
    others = (
        [] if is_text else [each for each in suggestions.known(question, dimension, typed) if each.value not in there]
    )
    listed = [*found, *others]
    options = [_option(each, dimension) for each in listed]
    meant = typed if is_text or dimension == KEYS else labels.value(dimension, typed, goals)
    is_possible = dimension != GOAL or goals.id_of(typed) is not None
    if typed and is_possible and not any(each["value"] == meant for each in options):
        label = typed if is_text or dimension == KEYS else labels.label(dimension, meant, goals)
        text = _("Use “%(text)s”") % {"text": typed}
        # What is to be in a value is rarely one of the values.
        at = 0 if is_text else len(options)
        options.insert(at, {"value": meant, "label": label, "text": text, "count": "", "said": ""})
    said = ngettext("%(count)d suggestion", "%(count)d suggestions", len(listed)) % {"count": len(listed)}
    return JsonResponse({"options": options, "said": said})


def _option(each: Suggestion, dimension: str) -> dict[str, Any]:
    if dimension == KEYS:
        said = ngettext("%(count)s event", "%(count)s events", each.count)
    else:
        said = ngettext("%(count)s visitor", "%(count)s visitors", each.count)
    return {
        "value": each.value,
        "label": each.label,
        "text": each.label,
        "count": figures.compact(each.count) if each.count else "",
        "said": said % {"count": figures.count(each.count)},
    }
