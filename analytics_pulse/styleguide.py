"""`/styleguide`: every token and component in all its states and both themes, with what to write. Not in production."""

import re
from pathlib import Path
from typing import NamedTuple

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views.decorators.http import require_safe

THEMES = ("light", "dark")
EXAMPLES_DIR = Path(settings.BASE_DIR) / "templates" / "styleguide" / "examples"
TOKENS = Path(settings.BASE_DIR) / "static" / "css" / "tokens.css"
ICONS = Path(settings.BASE_DIR) / "static" / "img" / "icons.svg"
# What a token is follows from how its name begins; whatever is none of these is a colour.
KINDS = {
    "text": "Type",
    "font": "Type",
    "mono": "Type",
    "space": "Space",
    "radius": "Corners",
    "shadow": "Depth",
    "ring": "Depth",
    "control": "Sizes",
    "width": "Sizes",
    "gutter": "Sizes",
    "quick": "Motion",
    "calm": "Motion",
    "layer": "Layers",
}


class Token(NamedTuple):
    name: str  # with its dashes
    value: str
    note: str


class Example(NamedTuple):
    """Its markup is the file of that name; what is shown as the snippet is that file itself."""

    name: str
    title: str
    note: str
    context: dict[str, object] = {}

    @property
    def source(self) -> str:
        return (EXAMPLES_DIR / f"{self.name}.html").read_text()

    def shown(self, request: HttpRequest) -> list[tuple[str, str]]:
        """(theme, HTML) for both themes. `theme` in the context keeps ids apart."""
        template = f"styleguide/examples/{self.name}.html"
        return [(each, render_to_string(template, self.context | {"theme": each}, request)) for each in THEMES]


PLACES = [("Pages", "#pages", True), ("Sources", "#sources", False), ("Places", "#places", False)]
EXAMPLES = (
    Example("text", "Text", "Six sizes, three strengths. Figures in columns are tabular."),
    Example("button", "Button", "One primary button a page. On links too, when they look like a step."),
    Example("icon", "Icon", "From img/icons.svg, drawn in the colour of the text."),
    Example("badge", "Badge", "A state, in one or two words."),
    Example("chip", "Chip", "A choice that can be taken back."),
    Example("notice", "Notice", "What somebody must know here. Calm, whole sentences, a way out."),
    Example(
        "field", "Field", "Label above, help below, the error at its field. Forms: _field.html, _form_fields.html."
    ),
    Example("search", "Search", "Finds while one types, or on Enter."),
    Example("switch", "Switch", "On or off. What needs saving has a button of its own."),
    Example("checkbox", "Checkbox", "Several of several; radio buttons for one of several."),
    Example("card", "Card", "What belongs together. Head and foot are optional."),
    Example("list", "List", "Rows with hairlines, inside a card."),
    Example("facts", "Facts", "Names, and what stands for them."),
    Example("table", "Table", "Numbers to the right; wide ones scroll inside their wrap."),
    Example("change", "Change", "Beside a figure. Good and bad are colours; up and down are arrows."),
    Example("tabs", "Tabs", "Pages beside each other."),
    Example("segments", "Segmented control", "One of a few, at once.", {"items": PLACES}),
    Example("menu", "Menu", "Arrow keys move, Escape and a click outside close it."),
    Example("breadcrumb", "Path", "Where a page is."),
    Example("pagination", "Pagination", "Before and after."),
    Example("dialog", "Dialog", "Escape closes it, and focus goes back to what opened it."),
    Example("code", "Code and secrets", "With a button that copies and says so."),
    Example("empty", "Empty state", "What is missing, and the next step."),
    Example("skeleton", "Skeleton and waiting", "As large as what it stands for, so that nothing jumps."),
)


@require_safe
def styleguide(request: HttpRequest) -> HttpResponse:
    """404 in production: it is for who builds the product."""
    if settings.PRODUCTION:
        raise Http404
    return render(request, "styleguide/page.html", {
        "tokens": tokens(),
        "icons": re.findall(r'<symbol id="([\w-]+)"', ICONS.read_text()),
        "examples": [(example, example.shown(request)) for example in EXAMPLES],
        "themes": THEMES,
    })  # fmt: skip


def tokens() -> dict[str, list[Token]]:
    """By kind, in the order of the stylesheet."""
    found: dict[str, list[Token]] = {"Colour": []}
    root = TOKENS.read_text().split(":root {", 1)[1].split("\n}", 1)[0]
    for name, value, note in re.findall(r"(--[\w-]+):\s*([^;]+);(?: /\* (.*?) \*/)?", root):
        kind = KINDS.get(name.strip("-").split("-")[0], "Colour")
        found.setdefault(kind, []).append(Token(name, " ".join(value.split()), note))
    return found
