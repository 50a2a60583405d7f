"""WCAG 2.2 AA on every page, as far as a program can tell (axe-core): nothing serious."""

from pathlib import Path

import pytest

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import PAGES

pytestmark = [pytest.mark.browser, pytest.mark.django_db]
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
RULES = {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}
# All that the other theme may change.
OF_COLOURS = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
LOOK = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => ({ impact, what: `${id}: ${node.target.join(" ")} (${why(node)})` })));
}"""
SERIOUS = {"serious", "critical"}


@pytest.mark.parametrize("width", [PHONE, DESKTOP])
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_nothing_serious_in_either_theme(show, page, width):
    shown = show(page, width)
    shown.evaluate(AXE)
    for theme, rules in (("light", RULES), ("dark", OF_COLOURS)):
        shown.emulate_media(color_scheme=theme, reduced_motion="reduce")
        serious = [each["what"] for each in shown.evaluate(LOOK, rules) if each["impact"] in SERIOUS]
        assert not serious, f"{theme}:\n" + "\n".join(serious)
