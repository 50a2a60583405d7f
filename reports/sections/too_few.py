"""In place of a section with numbers, where a shared link may show none: the whole answer is of too few visitors."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from reports import results
from reports.panels import PANEL_OF
from reports.params import Question
from reports.viewing import Viewing

# Those without a panel of their own.
NUMBERS = frozenset({"overview", "series", "explain", "details"})


def too_few(request: HttpRequest, viewing: Viewing, question: Question, name: str) -> HttpResponse | None:
    """None: the section may be shown. One query, for who has a link."""
    if (name not in PANEL_OF and name not in NUMBERS) or not is_of_too_few(question):
        return None
    return render(request, "reports/_too_few.html", {
        "least": question.least_visitors,
        "name": name,
        "element": f"panel-{PANEL_OF[name].name}" if name in PANEL_OF else f"section-{name}",
        "own_url": request.get_full_path(),
        "is_in_dialog": name in ("explain", "details"),
    })  # fmt: skip


def is_of_too_few(question: Question) -> bool:
    """Of nobody is too few as well where the address has filters: they would tell whether there is anybody at all."""
    if question.least_visitors <= 1:
        return False
    visitors = results.totals(replace(question, least_visitors=0), ("visitors",))["visitors"] or 0
    return visitors < question.least_visitors and bool(visitors or question.filters)
