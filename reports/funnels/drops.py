"""Where people went who left a funnel, as the page lists it."""

from dataclasses import dataclass

from reports import figures
from reports.links import DashboardLinks
from tracking.storage.funnels import DropOuts


@dataclass(frozen=True, slots=True)
class DropRow:
    """url: the overview of those who did this. is_page: else it is an event."""

    label: str
    count: str
    share: str
    bar: str
    url: str
    is_page: bool


@dataclass(frozen=True, slots=True)
class ShownDrops:
    """left: of those who did nothing more. others: how many did something that is not listed."""

    total: int
    total_text: str
    left: str
    left_share: str
    left_bar: str
    rows: list[DropRow]
    others: str


def shown(found: DropOuts, links: DashboardLinks) -> ShownDrops:
    others = found.total - found.left - sum(each.count for each in found.rows)
    return ShownDrops(
        found.total,
        figures.count(found.total),
        figures.count(found.left),
        _share(found.left, found.total),
        _bar(found.left, found.total),
        [
            DropRow(
                each.value,
                figures.count(each.count),
                _share(each.count, found.total),
                _bar(each.count, found.total),
                links.with_filter("page" if each.kind == "pageview" else "event_name", each.value),
                each.kind == "pageview",
            )
            for each in found.rows
        ],
        figures.count(others) if others > 0 else "",
    )


def _share(part: int, of: int) -> str:
    return figures.percent(part / of * 100 if of else 0)


def _bar(part: int, of: int) -> str:
    return f"{part / of * 100 if of else 0:.1f}%"
