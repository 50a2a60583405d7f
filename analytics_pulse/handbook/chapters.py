"""Which chapters there are, for whom, and in which order. A chapter is a file docs/<slug>.md."""

from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

FOLDER: Path = settings.BASE_DIR / "docs"
# A file that is not named here stands in the last group.
GROUPS: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("Get started"), ("integrate", "metrics")),
    (_("Take the numbers along"), ("api", "exports")),
    (_("Privacy"), ("privacy",)),
    (_("Run it yourself"), ("operate", "reliability", "performance", "architecture")),
)
OTHERS = _("More")


@dataclass(frozen=True, slots=True)
class Chapter:
    """title: the file's first heading. lead: its first paragraph, as Markdown."""

    slug: str
    title: str
    lead: str


def slugs() -> set[str]:
    return {path.stem for path in FOLDER.glob("*.md")}


def text_of(slug: str) -> str:
    return (FOLDER / f"{slug}.md").read_text("utf-8")


def chapter(slug: str) -> Chapter:
    paragraphs = text_of(slug).split("\n\n", 2)
    lead = paragraphs[1] if len(paragraphs) > 1 and not paragraphs[1].startswith(("#", "```", "|")) else ""
    return Chapter(slug, paragraphs[0].removeprefix("# ").strip(), " ".join(lead.split()))


def groups() -> list[tuple[str | Promise, list[Chapter]]]:
    """Read anew each time: ten small files, and a changed one shows at once."""
    there = slugs()
    named = [(label, [slug for slug in group if slug in there]) for label, group in GROUPS]
    rest = sorted(there.difference(*(group for _label, group in named)))
    return [(label, [chapter(slug) for slug in group]) for label, group in [*named, (OTHERS, rest)] if group]
