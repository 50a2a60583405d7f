"""What is looked at on every page, once it is there: both themes at the width of its window."""

from pathlib import Path

from django.conf import settings
from playwright.sync_api import Page as Shown

from tests.browser.conftest import DESKTOP, PHONE
from tests.browser.pages import Page

PICTURES = Path(settings.BASE_DIR) / "screenshots"  # which git ignores
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
STANDARDS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
RULES: dict[str, object] = {"type": "tag", "values": STANDARDS}
# All that the other theme may change.
OF_COLOURS: dict[str, object] = {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
RUN_AXE = """async (rules) => {
  const { violations } = await axe.run(document, { runOnly: rules, resultTypes: ["violations"] });
  const why = (node) => [...node.any, ...node.all, ...node.none].map((check) => check.message).join("; ");
  return violations.flatMap(({ id, impact, nodes }) =>
    nodes.map((node) => ({ impact, what: `${id}: ${node.target.join(" ")} (${why(node)})` })));
}"""
SERIOUS = {"serious", "critical"}
# Besides the width of the window that a page was opened in.
OTHER_WIDTHS = {PHONE: (), DESKTOP: (768, 2560)}


def look_at(shown: Shown, page: Page, width: int) -> None:
    """Nothing is in the way of anybody (WCAG 2.2 AA, as far as axe-core can tell), and nothing is wider than its
    window. How it looks is saved."""
    PICTURES.mkdir(exist_ok=True)
    for theme, rules in (("light", RULES), ("dark", OF_COLOURS)):
        shown.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert serious(shown, rules) == [], theme
        shown.screenshot(path=PICTURES / f"{page.name}-{width}-{theme}.png", full_page=True, animations="disabled")
    for each in (width, *OTHER_WIDTHS[width]):
        shown.set_viewport_size({"width": each, "height": 800})
        assert shown.evaluate("document.documentElement.scrollWidth") <= each


def serious(shown: Shown, rules: dict[str, object] = RULES) -> list[str]:
    """What keeps somebody from using the page, in axe-core's words."""
    shown.evaluate(AXE)
    return [each["what"] for each in shown.evaluate(RUN_AXE, rules) if each["impact"] in SERIOUS]
