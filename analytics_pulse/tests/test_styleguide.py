"""The style guide shows what there is, and is for who builds the product."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.test import override_settings

from analytics_pulse import styleguide

pytestmark = pytest.mark.django_db
CSS = Path(settings.BASE_DIR) / "static" / "css"
COMPONENTS = Path(settings.BASE_DIR) / "templates" / "components"


def test_it_shows_every_token_and_icon(client):
    page = client.get("/styleguide").content.decode()
    declared = set(re.findall(r"^  (--[\w-]+):", (CSS / "tokens.css").read_text(), re.MULTILINE))
    assert declared - set(re.findall(r"<code>(--[\w-]+)</code>", page)) == set()
    for icon in re.findall(r'<symbol id="([\w-]+)"', styleguide.ICONS.read_text()):
        assert f"icons.svg#{icon}" in page


def test_it_shows_every_partial_that_pages_share(client):
    used = "".join(path.read_text() for path in (*COMPONENTS.glob("*.html"), *styleguide.EXAMPLES_DIR.glob("*.html")))
    assert [path.name for path in COMPONENTS.glob("*.html") if f"components/{path.name}" not in used] == []


def test_every_example_is_listed():
    files = {path.stem for path in styleguide.EXAMPLES_DIR.glob("*.html")}
    assert files == {example.name for example in styleguide.EXAMPLES}


def test_colours_of_the_components_are_tokens():
    raw = re.compile(r"#[0-9a-fA-F]{3,8}\b|rgb\(|hsl\(")
    found = []
    for path in CSS.glob("*.css"):
        text = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text(), flags=re.DOTALL)
        found += [f"{path.name}: {each}" for each in raw.findall(text) if path.name != "tokens.css"]
    assert found == []


def test_tokens_that_nothing_uses_are_none():
    every = "".join(path.read_text() for path in CSS.glob("*.css"))
    declared = re.findall(r"^  (--[\w-]+):", (CSS / "tokens.css").read_text(), re.MULTILINE)
    assert [token for token in declared if f"var({token})" not in every] == []


@override_settings(PRODUCTION=True)
def test_production_has_none(client):
    assert client.get("/styleguide").status_code == 404
