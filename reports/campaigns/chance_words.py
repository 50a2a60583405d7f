"""What a winner's lead means, as a sentence."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from reports import figures, labels
from reports.campaigns.differences import TESTED, Winner
from tracking.storage.spec import METRICS

_AHEAD = {
    "bounce_rate": gettext_noop(
        "%(winner)s loses fewer of its visits at once than %(other)s: %(most)s against %(least)s."
    ),
    "conversion_rate": gettext_noop("%(winner)s converts better than %(other)s: %(most)s against %(least)s."),
    "visit_duration": gettext_noop("Visits by %(winner)s are longer than by %(other)s: %(most)s against %(least)s."),
    "views_per_visit": gettext_noop(
        "Visits by %(winner)s see more pages than by %(other)s: %(most)s against %(least)s."
    ),
}
# What 1 / p is rounded down to.
_ODDS = (1_000_000, 100_000, 10_000, 1000, 500, 200, 100, 50, 20)
OFTEN = 0.5  # from here on a number would only puzzle: “in 100 of 100 cases”


def sentence(found: Winner, values: Mapping[str, float | int | None], dimension: str) -> str:
    """values: by campaign. "" of a count, of which there is nothing to say."""
    if found.metric not in TESTED:
        return ""
    if found.closest is None or found.closest.p_value is None:
        return _("Too few visits to tell.")
    (other,) = set(found.closest.campaigns) - {found.campaign}
    unit = METRICS[found.metric].unit
    ahead = _(_AHEAD[found.metric]) % {
        "winner": labels.label(dimension, found.campaign),
        "other": labels.label(dimension, other),
        "most": figures.figure(values[found.campaign], unit),
        "least": figures.figure(values[other], unit),
    }
    return f"{ahead} {_chance(found.closest.p_value)}"


def _chance(p_value: float) -> str:
    for odds in _ODDS:
        if p_value < 1 / odds:
            words = _("By chance alone this would be seen in fewer than 1 of %(number)s cases.")
            return words % {"number": figures.decimal(odds)}
    if p_value > OFTEN:
        return _("This may well be chance: it would be seen in most cases.")
    words = _("This may well be chance: it would be seen in about %(number)s of 100 cases.")
    return words % {"number": figures.decimal(max(5, round(p_value * 100)))}
