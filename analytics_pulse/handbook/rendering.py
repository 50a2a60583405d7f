"""Markdown to HTML that the pages' policy allows: no markup of the text's own, nothing inline."""

import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from django.urls import reverse
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token

Env = MutableMapping[str, Any]
# What the texts call the address of the installation that shows them.
PLACEHOLDER = "https://HOST"
_CHAPTER_LINK = re.compile(r"(?P<slug>[\w-]+)\.md(?P<anchor>#[\w-]+)?\Z")


@dataclass(frozen=True, slots=True)
class Section:
    anchor: str
    title: str


@dataclass(frozen=True, slots=True)
class Page:
    """html: without the first heading, which is the title. sections: the headings of the second level."""

    html: SafeString
    sections: Sequence[Section] = field(default_factory=list)


class _Html(RendererHTML):
    """Code with a button that copies it, tables that scroll by themselves, headings to link to."""

    def fence(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        env["codes"] = env.get("codes", 0) + 1
        return format_html(
            '<div class="code-block"><pre tabindex="0"><code id="code-{number}">{code}</code></pre>'
            '<button class="button button--small" type="button" data-copy="#code-{number}">{copy}</button></div>\n',
            number=env["codes"],
            code=tokens[idx].content,
            copy=env["copy"],
        )

    def code_block(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return self.fence(tokens, idx, options, env)

    def table_open(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return '<div class="table-wrap" tabindex="0"><table class="table">\n'

    def table_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        return "</table></div>\n"

    def heading_close(self, tokens: Sequence[Token], idx: int, options: Any, env: Env) -> str:
        heading = tokens[idx - 2]
        anchor, title = heading.attrs["id"], plain(tokens[idx - 1])
        return f'<a class="doc__anchor" href="#{anchor}" aria-label="Link to “{escape(title)}”">#</a></{heading.tag}>\n'


# html off: what looks like markup is text. Styles of columns would be refused by the policy, see _without_styles.
_markdown = MarkdownIt("commonmark", {"html": False}, renderer_cls=_Html).enable("table")


def render(text: str, *, base_url: str, copy: str) -> Page:
    """`copy`: the label of the buttons that copy code. base_url: where this installation is."""
    env: Env = {"copy": copy}
    tokens = _markdown.parse(text.replace(PLACEHOLDER, base_url), env)
    if tokens and tokens[0].tag == "h1":
        del tokens[:3]
    sections = _anchored(tokens)
    for token in tokens:
        _without_styles(token)
        for child in token.children or ():
            _link_between_pages(child)
    return Page(mark_safe(_markdown.renderer.render(tokens, _markdown.options, env)), sections)


def plain(token: Token) -> str:
    return "".join(child.content for child in token.children or ())


def anchor_of(title: str) -> str:
    """As GitHub makes them, so that a link works in both places."""
    return re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


def _anchored(tokens: Sequence[Token]) -> list[Section]:
    sections, seen = [], dict[str, int]()
    for token, content in pairwise(tokens):
        if token.tag == "h1":  # a page has one, which is its title
            token.tag = "h2"
        if token.type != "heading_open":
            continue
        anchor = anchor_of(plain(content))
        seen[anchor] = seen.get(anchor, -1) + 1
        token.attrs["id"] = f"{anchor}-{seen[anchor]}" if seen[anchor] else anchor
        if token.tag == "h2":
            sections.append(Section(str(token.attrs["id"]), plain(content)))
    return sections


def _without_styles(token: Token) -> None:
    if "text-align:right" in str(token.attrs.pop("style", "")):
        token.attrs["class"] = "num"


def _link_between_pages(token: Token) -> None:
    """`metrics.md#dimensions` is a page of its own; what lies elsewhere in the sources is none."""
    if token.type != "link_open":
        return
    href = str(token.attrs["href"])
    if match := _CHAPTER_LINK.match(href):
        token.attrs["href"] = reverse("handbook:chapter", args=(match["slug"],)) + (match["anchor"] or "")
    elif href.startswith(("https://", "http://")):
        token.attrs["rel"] = "noreferrer"
