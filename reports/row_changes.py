"""How the visitors of a list's rows changed against what the period is compared with."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.utils.translation import gettext, ngettext

from reports import figures, results
from reports.folding import FOLDED
from reports.headlines import tone
from reports.panels import Breakdown
from reports.params import MAX_LIMIT, Question
from tracking.storage.spec import Filter, Period, Row


@dataclass(frozen=True, slots=True)
class RowChange:
    """change: in percent; None where there was nobody before. spoken: the number before, as a sentence."""

    change: int | None
    text: str
    tone: str
    spoken: str


_UNKNOWN = RowChange(None, "", "", "")


def row_changes(question: Question, breakdown: Breakdown, rows: Sequence[Row]) -> list[RowChange]:
    """One for each row, whose first metric is its visitors; none without a comparison. One query."""
    if question.compared is None:
        return []
    before = _visitors(question, breakdown, rows, question.compared)
    # With a shared link, who is not there were none, or some that are folded.
    nobody = None if question.least_visitors > 1 else 0
    return [
        # What is folded of the other period are not the values that are folded of this one.
        _UNKNOWN if row.dimensions[-1] == FOLDED else _change(row.metrics[0], before.get(row.dimensions, nobody))
        for row in rows
    ]


def _visitors(
    question: Question, breakdown: Breakdown, rows: Sequence[Row], period: Period
) -> dict[tuple[str, ...], float]:
    values = tuple(row.dimensions[-1] for row in rows if row.dimensions[-1] != FOLDED)
    if not values:
        return {}
    narrowed = replace(question, filters=(*question.filters, Filter(breakdown.dimension, "is", values)))
    query = narrowed.query(("visitors",), dimensions=breakdown.dimensions, period=period, limit=MAX_LIMIT)
    return {row.dimensions: row.metrics[0] or 0 for row in results.run(query).rows}


def _change(now: float | None, before: float | None) -> RowChange:
    change = results.change(now, before)
    if before is None:
        return RowChange(None, "", "", gettext("few visitors before, or none"))
    spoken = ngettext("%(count)s visitor before", "%(count)s visitors before", round(before))
    text = "" if change is None else figures.signed_percent(change)
    return RowChange(change, text, tone(change), spoken % {"count": figures.count(before)})
