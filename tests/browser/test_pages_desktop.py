"""Every page on a desk, and as narrow and as wide as windows get there."""

import pytest

from tests.browser.conftest import DESKTOP
from tests.browser.looks import look_at
from tests.browser.pages import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_fits_and_has_nothing_serious_in_either_theme(show, page):
    look_at(show(page, DESKTOP), page, DESKTOP)
