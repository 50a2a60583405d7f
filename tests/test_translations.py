"""Every text that people see is in every language: found in the sources, and in the catalogues that are committed.

After a change of texts: `make messages`, then translate what is new in locale/*/LC_MESSAGES/django.po, and again.
"""

import ast
import io
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.template.base import Lexer, TokenType
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
PACKAGES = ("analytics_pulse", "projects", "tracking", "goals", "reports")
# For operators and developers, in English; and the elements of allauth's pages, which have no words of their own.
WITHOUT_WORDS = {"admin", "styleguide", "elements"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_noop": None,
    "gettext_lazy": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]+>|%%")
# What is called the same in every language.
NAMES = re.compile(r"Analytics Pulse|Google|Hacker News|ChatGPT|/[\w/-]*|[\w-]+=\"$")
SPOKEN = {"aria-label", "title", "placeholder", "alt"}


def catalogue(language: str) -> Catalog:
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.po").open("rb") as file:
        return read_po(file)


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def context_of(message: Message) -> str:
    context = message.context or ""
    return context.decode() if isinstance(context, bytes) else context


def forms(text: str | tuple[str, ...] | list[str]) -> list[str]:
    """The singular and the plurals."""
    return [text] if isinstance(text, str) else list(text)


def templates() -> list[Path]:
    found = sorted(path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"})
    return [path for path in found if not WITHOUT_WORDS & set(path.relative_to(ROOT / "templates").parts)]


def modules() -> list[Path]:
    found = (path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py")))
    return [path for path in found if not {"tests", "migrations"} & set(path.relative_to(ROOT).parts)]


def texts() -> Iterator[tuple[Path, tuple[str, str]]]:
    """Where, and (context, text) of each text in the sources that asks to be translated."""
    sources = [("python", path, path.read_text()) for path in modules()]
    # A template becomes calls of gettext() between words, which is near enough to a script.
    sources += [("javascript", path, templatize(path.read_text(), origin=str(path))) for path in templates()]
    for kind, path, source in sources:
        for _line, text, _comments, context in extract(kind, io.BytesIO(source.encode()), keywords=KEYWORDS):
            yield path.relative_to(ROOT), (context or "", forms(text)[0])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_of_the_sources_is_in_the_catalogue(language):
    known = {(context_of(message), forms(message.id)[0]) for message in messages(language)}
    assert [f"{path}: {text}" for path, (context, text) in texts() if text and (context, text) not in known] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_text_is_translated_in_all_its_forms(language):
    plurals = catalogue(language).num_plurals
    missing = [
        message.id
        for message in messages(language)
        if message.fuzzy
        or not all(forms(message.string))
        or len(forms(message.string)) != (plurals if message.pluralizable else 1)
    ]
    assert missing == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_has_the_placeholders_and_the_tags_of_its_text(language):
    wrong = []
    for message in messages(language):
        possible = [sorted(PLACEHOLDER.findall(form)) for form in forms(message.id)]
        wrong += [form for form in forms(message.string) if sorted(PLACEHOLDER.findall(form)) not in possible]
    assert wrong == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_program_reads_is_made_from_the_catalogue(language):
    with (ROOT / "locale" / language / "LC_MESSAGES" / "django.mo").open("rb") as file:
        compiled = {(context_of(each), forms(each.id)[0]): forms(each.string) for each in read_mo(file) if each.id}
    assert compiled == {(context_of(each), forms(each.id)[0]): forms(each.string) for each in messages(language)}


class _Words(HTMLParser):
    """Collects what is read or heard of a page. What a template puts in stands as a NUL."""

    SILENT = {"script", "style", "code", "pre", "kbd"}

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag, attrs):
        self.silent += tag in self.SILENT
        self.words += [value or "" for name, value in attrs if name in SPOKEN]

    def handle_endtag(self, tag):
        self.silent -= tag in self.SILENT

    def handle_data(self, data):
        if not self.silent:
            self.words.append(data)


def visible_text(source: str) -> list[str]:
    """The words of a template that no tag of it translates."""
    ends, text = "", ""
    for token in Lexer(source).tokenize():
        name, *rest = token.contents.split(maxsplit=2) if token.token_type == TokenType.BLOCK else [""]
        if ends:
            ends = "" if name == ends else ends
        elif name in {"blocktranslate", "blocktrans", "comment"}:
            ends = f"end{name}"
        elif name == "block" and rest[0].endswith("class"):
            ends = "endblock"
        elif token.token_type == TokenType.TEXT:
            text += token.contents
        elif token.token_type != TokenType.COMMENT:
            _before, is_in_tag, tag = text.rpartition("<")
            is_between_attributes = is_in_tag and ">" not in tag and tag.count('"') % 2 == 0
            text += " " if is_between_attributes else "\0"
    parser = _Words()
    parser.feed(text)
    parser.close()
    words = (" ".join(part.split()) for data in parser.words for part in data.split("\0"))
    return [word for word in words if re.search(r"[^\W\d_]{2}", NAMES.sub("", word))]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p class='a b'>{% translate 'Hello' %} <b>{{ name }}</b> too</p>", ["too"]),
        ('<a title="Open {{ name }}"{% if x %} hidden{% endif %}>{{ name }}</a>', ["Open"]),
        ("{% blocktranslate %}Hello <b>{{ name }}</b>{% endblocktranslate %}{# A note #}<code>pulse()</code>", []),
        ("{% block page_class %}page--narrow{% endblock %}<span>Analytics Pulse</span> – 12", []),
    ],
)
def test_words_that_nothing_translates_are_found(source, found):
    assert visible_text(source) == found


def test_templates_have_no_words_that_nothing_translates():
    found = {str(path.relative_to(ROOT)): visible_text(path.read_text()) for path in templates()}
    assert {path: words for path, words in found.items() if words} == {}


def test_templates_write_dates_in_the_order_of_the_language():
    """Times of day and what programs read are the same in all of them."""
    written = re.compile(r"""\|date:["'](?!Y-m-d|c["'])[^"']*[dDjlFMmnNY]""")
    assert [str(path.relative_to(ROOT)) for path in templates() if written.search(path.read_text())] == []


def test_forms_and_messages_have_no_words_that_nothing_translates():
    found = []
    for path in modules():
        if path.name.startswith("admin") or "api" in path.name:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            of = node.func.value
            is_message = isinstance(of, ast.Name) and of.id == "messages"
            is_field = isinstance(of, ast.Name) and of.id == "forms"
            said = node.args[1:2] if is_message else []
            said += [each.value for each in node.keywords if is_field and each.arg in {"label", "help_text"}]
            found += [f"{path.relative_to(ROOT)}:{each.lineno}" for each in said if _is_bare(each)]
    assert found == []


def _is_bare(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and bool(node.value))
