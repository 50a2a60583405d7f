"""Every page is saved as people see it, and fits its window. The pictures are in screenshots/, which git ignores."""

from pathlib import Path

import pytest
from django.conf import settings

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
FOLDER = Path(settings.BASE_DIR) / "screenshots"
THEMES = ("light", "dark")
# Besides the width of the window that a page was opened in.
OTHER_WIDTHS = {PHONE: (), DESKTOP: (768, 2560)}


@pytest.fixture(scope="module", autouse=True)
def _folder():
    FOLDER.mkdir(exist_ok=True)


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_fits_every_window_in_both_themes(show, page, width):
    shown = show(page, width)
    for theme in THEMES:
        shown.emulate_media(color_scheme=theme)
        shown.screenshot(path=FOLDER / f"{page.name}-{width}-{theme}.png", full_page=True, animations="disabled")
    for narrower_or_wider in (width, *OTHER_WIDTHS[width]):
        shown.set_viewport_size({"width": narrower_or_wider, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") <= narrower_or_wider
