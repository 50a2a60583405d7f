"""The ways of visits as a picture: columns of nodes, whose bars are as high as their visits are many, and the ribbons
between them, which js/journeys.js draws from bar to bar."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from reports import figures
from reports.journeys import step_words
from reports.journeys.choices import Choices, text_of
from reports.links import DashboardLinks
from tracking.storage.paths import CUSTOM, EDGE, PAGEVIEW, Link, Node, PathAnswer, Step

# As high as all visits with the anchor.
WHOLE_PX = 300.0
MIN_PX = 2.0
DETAIL = "journey-node"


@dataclass(frozen=True, slots=True)
class FlowNode:
    """id: column and place. name: what it is called. share: of all visits with the anchor; share_width: as wide as a
    bar of it. ended: which share of them had no further step, in words, and ended_count how many; "" for none. bar_px:
    how high its bar is; ended_px: the part of it that ended, which begins at ended_at_px."""

    id: str
    kind: str
    icon: str
    name: str
    count: int
    visits: str
    exact: str
    share: str
    share_width: str
    ended: str
    ended_count: str
    bar_px: str
    ended_px: str
    ended_at_px: str
    detail_url: str


@dataclass(frozen=True, slots=True)
class FlowColumn:
    """share: of the visits with the anchor, those that got as far as here."""

    title: str
    visits: str
    share: str
    nodes: Sequence[FlowNode]


@dataclass(frozen=True, slots=True)
class Flow:
    """columns: from left to right, so that the anchor is the last one where it is looked back from. ribbons: for the
    script."""

    columns: Sequence[FlowColumn]
    ribbons: Sequence[dict[str, Any]]


def flow(answer: PathAnswer, choices: Choices, links: DashboardLinks) -> Flow:
    """Of an answer with visits."""
    columns = [
        FlowColumn(
            title=step_words.column(at, choices),
            visits=figures.count(total := sum(node.visits for node in nodes)),
            share=figures.percent(total / answer.visits * 100),
            nodes=[_node(node, f"{at}-{place}", answer.visits, choices, links) for place, node in enumerate(nodes)],
        )
        for at, nodes in enumerate(answer.columns)
    ]
    return Flow(columns[::-1] if choices.is_back else columns, _ribbons(answer, choices))


def token_of(node: Node) -> str:
    """What names the node in its column, in an address."""
    return text_of(Step(node.kind, node.value)) if node.kind in (PAGEVIEW, CUSTOM) else node.kind


def _node(node: Node, id: str, whole: int, choices: Choices, links: DashboardLinks) -> FlowNode:
    share, bar_px = node.visits / whole * 100, _px(node.visits, whole)
    ended_px = node.ended / node.visits * bar_px
    column = id.partition("-")[0]
    return FlowNode(
        id=id,
        kind=node.kind,
        icon=step_words.icon_of(node.kind),
        name=step_words.name_of(node, choices),
        count=node.visits,
        visits=figures.compact(node.visits),
        exact=figures.decimal(node.visits),
        share=figures.percent(share),
        share_width=f"{share:.1f}%",
        ended=_ended(figures.percent(node.ended / node.visits * 100), node, choices),
        ended_count=_ended(figures.decimal(node.ended), node, choices),
        bar_px=f"{bar_px:.1f}",
        ended_px=f"{ended_px:.1f}",
        ended_at_px=f"{bar_px - ended_px:.1f}",
        detail_url=""
        if node.kind == EDGE
        else links.section(DETAIL, **choices.parameters, column=column, node=token_of(node)),
    )


def _ended(number: str, node: Node, choices: Choices) -> str:
    return step_words.so_many_ended(number, choices) if node.ended else ""


def _ribbons(answer: PathAnswer, choices: Choices) -> list[dict[str, Any]]:
    """Each between two bars, from their top down in the order of the nodes at their other ends: who ended is below."""
    left: dict[tuple[int, int], float] = defaultdict(float)
    entered: dict[tuple[int, int], float] = defaultdict(float)
    found = []
    for each in answer.links:
        source, target = (each.column, each.source), (each.column + 1, each.target)
        height = each.visits / answer.visits * WHOLE_PX
        found.append(
            {
                "source": f"{source[0]}-{source[1]}",
                "target": f"{target[0]}-{target[1]}",
                "height": round(height, 1),
                "sourceAt": round(left[source], 1),
                "targetAt": round(entered[target], 1),
                "title": _title(answer, each, choices),
            }
        )
        left[source] += height
        entered[target] += height
    return found


def _title(answer: PathAnswer, link: Link, choices: Choices) -> str:
    ends = (answer.columns[link.column][link.source], answer.columns[link.column + 1][link.target])
    names = [step_words.name_of(node, choices) for node in ends]
    source, target = names[::-1] if choices.is_back else names
    return step_words.ribbon(source, target, figures.decimal(link.visits))


def _px(visits: int, whole: int) -> float:
    return max(MIN_PX, visits / whole * WHOLE_PX)
