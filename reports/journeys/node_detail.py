"""All about one node of the picture: how many visits, where they came from and went, and what to look at next."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from reports import figures, results
from reports.journeys import answers, step_words
from reports.journeys.choices import Choices
from reports.journeys.flow import token_of
from reports.links import DashboardLinks
from reports.params import Question
from tracking.storage.paths import BACK, CUSTOM, EDGE, FORWARD, MAX_BREADTH, OTHER, Node, PathAnswer, Step


@dataclass(frozen=True, slots=True)
class Neighbour:
    """share: of the node's visits. width: of its bar. is_end: those that have no further step."""

    name: str
    visits: str
    share: str
    width: str
    is_end: bool = False


@dataclass(frozen=True, slots=True)
class NodeDetail:
    """title: of the column. earlier, later: the steps before and after it, the most visits first; of those that are not
    looked at, nothing. change: of the visits in percent; None: nothing is known to compare with. before: the number
    then. from_url, to_url: the ways from here and to here; filter_url: this page of the
    visits that had this step alone; visits_url: the list of these."""

    name: str
    kind: str
    column: str
    count: int
    visits: str
    share: str
    earlier: Sequence[Neighbour]
    later: Sequence[Neighbour]
    is_compared: bool
    change: int | None
    change_text: str
    before: str
    from_url: str = ""
    to_url: str = ""
    filter_url: str = ""
    visits_url: str = ""
    is_filter: bool = False


def node_detail(
    question: Question, choices: Choices, links: DashboardLinks, column: int, token: str
) -> NodeDetail | None:
    """None: there is no such node now. One or two queries, which are cached."""
    answer = answers.run(choices.query(question)).paths
    place = _place(answer, column, token)
    if place is None:
        return None
    node = answer.columns[column][place]
    near = _neighbours(answer, [(column - 1, each.source, each.visits) for each in answer.links
                                if (each.column + 1, each.target) == (column, place)], node, choices)  # fmt: skip
    far = _neighbours(answer, [(column + 1, each.target, each.visits) for each in answer.links
                               if (each.column, each.source) == (column, place)], node, choices)  # fmt: skip
    if node.ended:
        share = node.ended / node.visits * 100
        name = step_words.ended(choices)
        far.append(Neighbour(name, figures.count(node.ended), figures.percent(share), f"{share:.1f}%", is_end=True))
    before = _before(question, choices, column, token)
    change = results.change(node.visits, before)
    found = NodeDetail(
        name=step_words.name_of(node, choices),
        kind="" if node.kind in (EDGE, OTHER) else step_words.kind_of(node),
        column=step_words.column(column, choices),
        count=node.visits,
        visits=figures.count(node.visits),
        share=figures.percent(node.visits / answer.visits * 100),
        earlier=far if choices.is_back else near,
        later=near if choices.is_back else far,
        is_compared=question.compared is not None,
        change=change,
        change_text="" if change is None else figures.signed_percent(change),
        before="" if before is None else figures.count(before),
    )
    return found if node.kind in (EDGE, OTHER) else _with_links(found, Step(node.kind, node.value), choices, links)


def _with_links(found: NodeDetail, step: Step, choices: Choices, links: DashboardLinks) -> NodeDetail:
    def anchored(direction: str) -> str:
        asked = replace(choices, anchor=step, direction=direction)
        return "" if asked == choices else replace(links, choices=tuple(asked.parameters.items())).page_url()

    dimension = "event_name" if step.kind == CUSTOM else "page"
    return replace(
        found,
        from_url=anchored(FORWARD),
        to_url=anchored(BACK),
        filter_url=links.toggled({dimension: step.value}),
        visits_url=replace(links, page="visits", choices=()).with_filter(dimension, step.value),
        is_filter=links.holds({dimension: step.value}),
    )


def _place(answer: PathAnswer, column: int, token: str) -> int | None:
    nodes = answer.columns[column] if 0 <= column < len(answer.columns) else ()
    return next((place for place, node in enumerate(nodes) if token_of(node) == token), None)


def _neighbours(
    answer: PathAnswer, links: Sequence[tuple[int, int, int]], node: Node, choices: Choices
) -> list[Neighbour]:
    def found() -> Iterator[Neighbour]:
        for column, place, visits in sorted(links, key=lambda link: -link[2]):
            share = visits / node.visits * 100
            name = step_words.name_of(answer.columns[column][place], choices)
            yield Neighbour(name, figures.count(visits), figures.percent(share), f"{share:.1f}%")

    return list(found())


def _before(question: Question, choices: Choices, column: int, token: str) -> int | None:
    """The visits of the same step in the same column of the period that is compared with; None where that is not
    known."""
    if question.compared is None or token == OTHER:
        return None
    answer = answers.run(replace(choices, breadth=MAX_BREADTH).query(question, question.compared)).paths
    place = _place(answer, column, token)
    if place is not None:
        return answer.columns[column][place].visits
    is_folded = column < len(answer.columns) and answer.columns[column][-1].kind == OTHER
    return None if is_folded else 0
