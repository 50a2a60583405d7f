"""What the steps of visits and their columns are called."""

from django.utils.translation import gettext, ngettext, pgettext

from reports.journeys.choices import Choices
from tracking.storage.paths import CUSTOM, EDGE, OTHER, Node, Step


def name_of(node: Node, choices: Choices) -> str:
    if node.kind == EDGE:
        return edge(choices)
    if node.kind == OTHER:
        return ngettext("%(count)s other step", "%(count)s other steps", node.values) % {"count": node.values}
    return node.value


def edge(choices: Choices) -> str:
    return gettext("End of visit") if choices.is_back else gettext("Start of visit")


def anchor(choices: Choices) -> str:
    return choices.anchor.value if choices.anchor else edge(choices)


def icon_of(kind: str) -> str:
    return {CUSTOM: "bolt", EDGE: "flag", OTHER: "dots"}.get(kind, "eye")


def kind_of(step: Step | Node) -> str:
    return gettext("Custom event") if step.kind == CUSTOM else gettext("Page")


def column(at: int, choices: Choices) -> str:
    """Of the column at this distance from the anchor."""
    if at == 0:
        return pgettext("paths of visits", "To") if choices.is_back else pgettext("paths of visits", "From")
    if choices.anchor is None:
        at -= 1
    if choices.is_back:
        if choices.anchor is None and at == 0:
            return gettext("Last step")
        return ngettext("%(count)s step before", "%(count)s steps before", at) % {"count": at}
    if choices.anchor is None:
        return gettext("Step %(number)s") % {"number": at + 1}
    return ngettext("%(count)s step after", "%(count)s steps after", at) % {"count": at}


def ended(choices: Choices) -> str:
    """Of the visits that have no further step."""
    return gettext("Began here") if choices.is_back else gettext("Left here")


def so_many_ended(number: str, choices: Choices) -> str:
    """number: a share of the visits, or how many they are."""
    said = gettext("%(number)s began here") if choices.is_back else gettext("%(number)s left here")
    return said % {"number": number}


def ribbon(source: str, target: str, visits: str) -> str:
    said = gettext("%(source)s → %(target)s: %(visits)s")
    return said % {"source": source, "target": target, "visits": visits}
