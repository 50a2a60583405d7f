"""The ways of visits as rows: from one step to the next, and out of the site."""

from collections.abc import Iterator
from dataclasses import dataclass

from tracking.storage.paths import EDGE, Node, PathAnswer

# Where a visit goes that has no further step.
ENDED = Node("end", "", 0, 0)


@dataclass(frozen=True, slots=True)
class FlowRow:
    """column: of `source`, by its distance from the anchor. target: of a column further away; ENDED for those visits
    that have no further step. share: of the visits at `source`, in percent."""

    column: int
    source: Node
    target: Node
    visits: int

    @property
    def share(self) -> float:
        return self.visits / self.source.visits * 100


def rows(answer: PathAnswer) -> Iterator[FlowRow]:
    """By column and node, the most visits first, and who ended last. Of the last column only those are known."""
    for column, nodes in enumerate(answer.columns):
        for place, node in enumerate(nodes):
            links = [each for each in answer.links if (each.column, each.source) == (column, place)]
            for each in sorted(links, key=lambda link: -link.visits):
                yield FlowRow(column, node, answer.columns[column + 1][each.target], each.visits)
            if node.ended and node.kind != EDGE:
                yield FlowRow(column, node, ENDED, node.ended)
