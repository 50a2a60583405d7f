"""What must hold, as chips above the numbers: a sentence each, to change and to take away."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.condition_words import filter_words, phrase
from reports.goal_names import GoalNames
from tracking.storage.conditions import Condition, Filter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise


@dataclass(frozen=True, slots=True)
class Chip:
    """A sentence, of which `value` stands out, and the address without what it says.

    explains: what it comes to, where its words do not say so. edit_url: of the dialog in which it is changed: that of
    the filters, or that of the segment.
    """

    before: "StrOrPromise"
    value: str
    remove_url: str
    after: str = ""
    explains: str = ""
    edit_url: str = ""
    is_segment: bool = False

    @property
    def words(self) -> str:
        return " ".join(f"{self.before} {self.value} {self.after}".split())


def chip(condition: Condition, goals: GoalNames, *, remove_url: str, edit_url: str) -> Chip:
    if isinstance(condition, Filter):
        parts = filter_words(condition, goals)
        return Chip(parts.before.strip(), parts.values, remove_url, parts.after.strip(), edit_url=edit_url)
    return Chip(phrase(condition, goals), "", remove_url, edit_url=edit_url)
