"""The documentation's pages: every file of docs/ is one, and what a page links to is there."""

import html
import re
from html.parser import HTMLParser

import pytest
from django.urls import reverse

from analytics_pulse.handbook import chapters, rendering

SLUGS = sorted(chapters.slugs())
RELATIVE_LINK = re.compile(r"\]\((?!https?://)([^)#]*)#?([^)]*)\)")
FENCE = re.compile(r"^( *)```(\S*)\n(.*?)^\1```$", re.DOTALL | re.MULTILINE)


class Seen(HTMLParser):
    """The links and ids of a page, and its elements' names with their attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.ids: list[str] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        self.elements.append((tag, found))
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if tag == "a":
            self.links.append(str(found["href"]))


def render(text: str) -> Seen:
    return Seen(rendering.render(text, base_url="https://pulse.example", copy="Copy").html)


@pytest.fixture
def page(client, db):
    def get(slug: str) -> str:
        response = client.get(reverse("handbook:chapter", args=(slug,)))
        assert response.status_code == 200
        return response.content.decode()

    return get


def test_there_is_something_to_read():
    assert {"integrate", "api", "metrics", "exports", "privacy", "operate"} <= set(SLUGS)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_chapter_has_a_page_with_its_title(page, slug):
    text = page(slug)
    assert f"<h1>{html.escape(chapters.title_of(slug))}</h1>" in text
    assert text.count("<h1") == 1


@pytest.mark.parametrize("slug", SLUGS)
def test_no_link_or_anchor_leads_nowhere(client, page, slug):
    seen = Seen(page(slug))
    assert len(seen.ids) == len(set(seen.ids))
    for link in seen.links:
        address, _, anchor = link.partition("#")
        if address.startswith(("https://", "http://")):
            continue
        assert not address.endswith(".md"), link
        other = seen if not address else Seen(client.get(address, follow=True).content.decode())
        assert not anchor or anchor in other.ids, link


@pytest.mark.parametrize("slug", SLUGS)
def test_a_chapter_links_only_to_chapters(slug):
    """What else lies in the repository is not there for who reads these pages."""
    missing = [
        path for path, _anchor in RELATIVE_LINK.findall(chapters.text_of(slug)) if path and path[:-3] not in SLUGS
    ]
    assert missing == []


@pytest.mark.parametrize("slug", SLUGS)
def test_code_is_shown_as_it_is_written(page, slug):
    shown = [html.unescape(code) for code in re.findall(r'<code id="code-\d+">(.*?)</code>', page(slug), re.DOTALL)]
    written = [
        re.sub(rf"^{indent}", "", code, flags=re.MULTILINE).replace(rendering.PLACEHOLDER, "http://testserver")
        for indent, _language, code in FENCE.findall(chapters.text_of(slug))
    ]
    assert shown == written


def test_a_text_cannot_bring_markup_styles_or_scripts_along():
    seen = render(
        "# T\n\n<script>alert(1)</script> <b onclick=x>b</b> [x](javascript:alert(1)) ![i](data:text/html,x)\n\n"
        "| a |\n| -: |\n| 1 |\n"
    )
    assert {name for name, _attributes in seen.elements} <= {
        "p",
        "a",
        "div",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert not any({"style", "onclick"} & set(attributes) for _name, attributes in seen.elements)
    assert seen.links == []
    assert ("td", {"class": "num"}) in seen.elements


def test_headings_of_the_same_words_are_told_apart():
    assert render("# T\n\n## Rows\n\n## Rows\n").ids == ["rows", "rows-1"]


def test_the_address_of_the_installation_stands_in_the_examples(page):
    text = page("integrate")
    assert "http://testserver/pulse.js" in text
    assert "https://HOST" not in text


def test_the_contents_name_every_chapter_once_in_the_language_of_the_reader(client, db):
    seen = Seen(client.get(reverse("handbook:contents"), headers={"Accept-Language": "en"}).content.decode())
    for slug in SLUGS:
        assert seen.links.count(reverse("handbook:chapter", args=(slug,))) == 1


def test_a_chapter_says_that_it_is_english_and_its_frame_is_not_bound_to(page):
    seen = Seen(page("metrics"))
    assert ("article", {"class": "doc", "lang": "en"}) in seen.elements


def test_the_contents_are_found_with_a_slash_at_the_end_too(client, db):
    assert client.get("/docs/")["Location"] == reverse("handbook:contents")


@pytest.mark.parametrize("slug", ["nothing", "README", "..", "integrate.md"])
def test_a_chapter_that_is_not_there_is_not_found(client, db, slug):
    assert client.get(f"/docs/{slug}").status_code == 404
