"""What shared links tell of funnels: nothing about fewer than N visitors, also not by subtraction.

Everybody is in one cell: a group, and the step at which they stopped. A number that is told is the sum of some cells;
whatever follows by adding and subtracting what is told must be of N visitors at least.
"""

from datetime import timedelta
from itertools import product
from zoneinfo import ZoneInfo

import pytest

from reports.funnels.folding import folded_groups, folded_query, shown_steps
from reports.funnels.numbers import numbers
from tracking.storage.conditions import Filter
from tracking.storage.funnels import FunnelAnswer, FunnelGroup, FunnelQuery, FunnelStep
from tracking.storage.spec import Period, ProjectRef
from tracking.storage.tests.builders import NOW, SITE

LEAST = 3
SIZES = (0, 1, 2, 3, 4, 7)


def steps(cells):
    """cells: how many stopped at each step."""
    reached = [sum(cells[at:]) for at in range(len(cells))]
    return [FunnelStep(each, after, 1.0) for each, after in zip(reached, [*reached[1:], 0], strict=True)]


def told(groups, rows):
    """Every number that is told, as the cells it is the sum of. rows: the groups of each row, and its numbers."""
    found = {}
    for of, shown in rows:
        for at, each in enumerate(shown):
            here = frozenset(product(of, range(at, len(groups[0]))))
            following = frozenset(product(of, range(at + 1, len(groups[0]))))
            for cells, value in ((here, each.entered), (following, each.continued), (here - following, each.dropped)):
                if value is not None:
                    found[cells] = value
    return found


def inferred(known):
    """All that follows by adding what has nothing in common, and by subtracting what is a part."""
    known = dict(known)
    while True:
        more = {}
        for (a, of_a), (b, of_b) in product(known.items(), known.items()):
            if b < a and a - b not in known:
                more[a - b] = of_a - of_b
            elif not a & b and a | b not in known:
                more[a | b] = of_a + of_b
        if not more:
            return known
        known |= more


@pytest.mark.parametrize("count", [2, 3, 4])
def test_no_number_of_a_funnel_is_of_too_few(count):
    for cells in product(SIZES, repeat=count):
        found = steps(cells)
        rows = [((0,), numbers(found, shown_steps(found, LEAST)))]
        for value in inferred(told([cells], rows)).values():
            assert value >= LEAST, (cells, rows)


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 7])
def test_no_number_of_its_groups_is_of_too_few(size):
    for second, third in product(product((0, 1, 3, 5), repeat=2), product((0, 2, 4), repeat=2)):
        cells = [(size, 3), second, third]
        named = ["a", "b", None]
        groups = [FunnelGroup(name, steps(each)) for name, each in zip(named, cells, strict=True) if sum(each)]
        whole = steps([sum(column) for column in zip(*cells, strict=True)])
        answer = FunnelAnswer(whole, groups)
        listed, shown = folded_groups(answer, LEAST)
        rows = [(tuple(range(3)), numbers(whole, shown_steps(whole, LEAST)))]
        kept = {each.value for each in listed if each.value is not None}
        rest = tuple(at for at, name in enumerate(named) if name not in kept)
        for each in listed:
            of = rest if each.value is None else (named.index(each.value),)
            rows.append((of, numbers(each.steps, shown)))
        for inside, value in inferred(told(cells, rows)).items():
            # That nobody is in the groups that are not there is no news: a list without them says it.
            is_of_nobody = all(not sum(cells[group]) for group, _step in inside)
            assert value >= LEAST or is_of_nobody, (cells, rows)


def test_members_see_all_of_it():
    found = steps([1, 0, 2])
    answer = FunnelAnswer(found, [FunnelGroup("a", steps([1, 0, 0])), FunnelGroup(None, steps([0, 0, 2]))])
    assert shown_steps(found, 0) == 3
    assert folded_groups(answer, 1) == (answer.groups, 3)


def test_a_link_counts_visitors_whatever_the_funnel_counts():
    period = Period(NOW - timedelta(days=1), NOW, ZoneInfo("UTC"))
    query = FunnelQuery(ProjectRef(SITE, ZoneInfo("UTC"), True), period, (Filter("page", "is", ("/",)),) * 2)
    assert folded_query(query, 5).by == "visitor"
    assert folded_query(query, 0) is query


def test_a_rest_of_too_few_takes_the_smallest_group_along():
    groups = [FunnelGroup("a", steps([5, 5])), FunnelGroup("b", steps([3, 3])), FunnelGroup("c", steps([1, 0]))]
    listed, shown = folded_groups(FunnelAnswer(steps([9, 8]), groups), LEAST)
    assert [(each.value, each.steps[0].reached) for each in listed] == [("a", 10), (None, 7)]
    assert shown == 2
