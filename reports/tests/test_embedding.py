"""A shared dashboard in a frame of another site's page."""

import html
import re

import pytest
from django.urls import reverse

from reports import shared_links

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def link(project, alice, store_events):
    store_events(*({"visitor_id": number, "session_id": number, "country": "DE"} for number in range(1, 8)))
    return shared_links.create_link(project=project, by=alice, name="Board", may_embed=True)


def directive(response, name):
    return re.search(rf"{name} ([^;]*)", response["Content-Security-Policy"])[1]


def test_only_what_may_be_embedded_is_and_only_when_it_is_asked_for(client, link):
    embedded = client.get(link.path, {"embed": "1"})
    assert directive(embedded, "frame-ancestors") == "*"
    assert "X-Frame-Options" not in embedded
    page = client.get(link.path)
    assert (directive(page, "frame-ancestors"), page["X-Frame-Options"]) == ("'none'", "DENY")
    shared_links.change_link(link=link, may_embed=False)
    refused = client.get(link.path, {"embed": "1"})
    assert (directive(refused, "frame-ancestors"), refused["X-Frame-Options"]) == ("'none'", "DENY")


def test_all_else_of_the_policy_stays_strict(client, link):
    embedded, page = client.get(link.path, {"embed": "1"}), client.get(link.path)
    for name in ("default-src", "script-src", "style-src", "form-action", "base-uri"):
        assert directive(embedded, name) == directive(page, name)


@pytest.mark.parametrize(("theme", "attribute"), [("dark", "dark"), ("light", "light"), ("system", None), ("x", None)])
def test_the_address_says_the_theme(client, link, theme, attribute):
    page = client.get(link.path, {"embed": "1", "theme": theme}).content.decode()
    found = re.search(r'<html[^>]* data-theme="(\w+)"', page)
    assert (found[1] if found else None) == attribute
    assert "js/theme.js" not in page  # which would have what the visitor chose on pages of our own


def test_a_frame_has_no_header_and_says_what_it_is(client, link):
    page = client.get(link.path, {"embed": "1"}).content.decode()
    assert '<header class="shell-header' not in page
    assert "Analytics Pulse</a>" in page


def test_every_address_within_the_frame_keeps_how_it_looks(client, link):
    how = {"embed": "1", "theme": "dark", "background": "transparent"}
    page = html.unescape(client.get(link.path, how).content.decode())
    sections = re.findall(r'hx-get="([^"]+)"', page)
    countries = html.unescape(
        client.get(reverse("reports:shared-section", args=(link.slug, "countries")), how).content.decode()
    )
    within = [url for url in re.findall(r'(?:href|hx-get)="([^"]+)"', page + countries) if url.startswith("/share/")]
    assert len(within) > len(sections) > 5
    assert all("embed=1&theme=dark&background=transparent" in url for url in within)
    assert '<input type="hidden" name="embed" value="1">' in page


def test_a_page_of_its_own_says_nothing_of_frames(client, link):
    assert "embed=1" not in client.get(link.path).content.decode()


def test_the_password_is_asked_within_the_frame(client, link):
    shared_links.change_link(link=link, password="correct horse")
    asked = client.get(link.path, {"embed": "1", "theme": "dark"})
    assert directive(asked, "frame-ancestors") == "*"
    assert f"{reverse('reports:shared-password', args=(link.slug,))}?embed=1&amp;theme=dark" in asked.content.decode()
