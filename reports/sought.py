"""What somebody means who types this into the search of a list: a condition on the list's dimensions."""

from collections.abc import Iterable

from django.utils.translation import gettext

from reports import labels
from reports.goal_names import GOAL, GoalNames
from reports.panels import Breakdown
from tracking import countries
from tracking.storage.conditions import AllOf, AnyOf, Condition, Filter


def condition(
    breakdown: Breakdown, text: str, languages: Iterable[str] = (), goals: GoalNames | None = None
) -> Condition:
    """The values with this text in them, in any case, as they are called: `germ` finds DE, `direct` finds nothing.

    Where two dimensions name a value, each word has to be in one of them: `chrome 12`. languages: the tags that there
    are; possible ones are too many to ask for. goals: the names of the project's.
    """
    if breakdown.dimension == GOAL and goals is not None:
        return Filter(GOAL, "is", tuple(goals.called(text)))
    if not breakdown.within:
        return _in(breakdown.dimension, text, languages)
    return AllOf(tuple(
        AnyOf((_in(breakdown.dimension, word), _in(breakdown.within, word))) for word in text.split()[:8]
    ))  # fmt: skip


def _in(dimension: str, text: str, languages: Iterable[str] = ()) -> Condition:
    typed = text.casefold()
    found: list[Condition] = [Filter(dimension, "contains", (text,), case_sensitive=False)]
    if typed in str(labels.label(dimension, "")).casefold():
        found.append(Filter(dimension, "is", ("",)))
    if names := _names(dimension):
        # By name alone: the letters of a code are in other countries' names.
        found[0] = Filter(dimension, "is", (*(code for code, name in names.items() if typed in name.casefold()), text))
    if tags := tuple(tag for tag in languages if typed in labels.label("language", tag).casefold()):
        found.append(Filter(dimension, "is", tags))
    return found[0] if len(found) == 1 else AnyOf(tuple(found))


def _names(dimension: str) -> dict[str, str]:
    """What is stored -> what it is called, where these are not the same."""
    if dimension == "country":
        return countries.names()
    return {code: gettext(name) for code, name in labels.DEVICES.items()} if dimension == "device" else {}
