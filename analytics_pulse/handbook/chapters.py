"""Which chapters there are, and in which order. A chapter is a file docs/<slug>.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOLDER: Path = settings.BASE_DIR / "docs"
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Chapter:
    """name: in the list of chapters; the text has a title of its own."""

    slug: str
    name: Text
    summary: Text = ""


GROUPS: tuple[tuple[Text, tuple[Chapter, ...]], ...] = (
    (_("Get started"), (
        Chapter("integrate", _("Put it on a site"), _("The tag, and how to add it to whatever makes your site.")),
        Chapter("dashboard", _("The dashboard"), _("Its panels, the map, and what a click does.")),
        Chapter("retention", _("Who comes back"), _("Cohorts, active people, and how pages age.")),
        Chapter("metrics", _("What the numbers mean"), _("Every metric and dimension, and how it is counted.")),
        Chapter("goals", _("Goals"), _("What visitors are to do, how often they did, and what it earned.")),
        Chapter("funnels", _("Funnels"), _("How far people get on a way of several steps, and where they leave it.")),
        Chapter("campaigns", _("Campaigns"), _("What tagged links brought, who gets the credit, and what is chance.")),
        Chapter("journeys", _("Journeys"), _("Where visits go, where they came from, and where they end.")),
    )),
    (_("Use the numbers elsewhere"), (
        Chapter("api", _("Ask questions"), _("One endpoint answers all that the dashboard shows, and more.")),
        Chapter("exports", _("Exports"), _("Files of statistics and events, and moving a whole project.")),
    )),
    (_("Privacy"), (
        Chapter("privacy", _("What is kept"), _("What is learned of visitors, kept for how long, and erased how.")),
    )),
    (_("Run it yourself"), (
        Chapter("operate", _("In production"), _("Start, watch and update it, and what to do when a part is away.")),
        Chapter("reliability", _("Promises"), _("What is promised about accepted events, and how that is tested.")),
        Chapter("performance", _("Performance"), _("How fast it is, how that was measured, and where the time goes.")),
        Chapter("architecture", _("Architecture"), _("How it is built, for who changes it.")),
    )),
)  # fmt: skip
OTHERS = _("More")


def slugs() -> set[str]:
    return {path.stem for path in FOLDER.glob("*.md")}


def text_of(slug: str) -> str:
    return (FOLDER / f"{slug}.md").read_text("utf-8")


def title_of(slug: str) -> str:
    return text_of(slug).partition("\n")[0].removeprefix("# ").strip()


def groups() -> Sequence[tuple[Text, Sequence[Chapter]]]:
    """Those that have a file; a file that is not named above stands in a last group, by its title."""
    there = slugs()
    found = [(label, [each for each in group if each.slug in there]) for label, group in GROUPS]
    named = {chapter.slug for _label, group in GROUPS for chapter in group}
    rest = [Chapter(slug, title_of(slug)) for slug in sorted(there - named)]
    return [(label, group) for label, group in [*found, (OTHERS, rest)] if group]
