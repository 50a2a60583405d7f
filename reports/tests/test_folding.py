"""What few visitors did is not told apart to who has a shared link: made-up visits, and every number that is shown."""

import html
import random
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.urls import reverse
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from analytics_pulse import clock
from reports import folding, params, results
from reports.models import Segment, SharedLink
from reports.params import Question
from reports.tests.conftest import NOW
from reports.viewing import Viewing
from tracking.storage.spec import METRICS, Filter, Row, StatsQuery, StatsResult

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
LEAST = 5
DIMENSIONS = {
    "page": [f"/page-{name}-end" for name in "abcdefgh"],
    "country": ["DE", "FR", "JP", "BR", "NZ", "IS"],
    "source": [f"source-{name}-end" for name in "abcdef"],
    "browser": [f"browser-{name}-end" for name in "abcd"],
}
LISTS = {"page": "pages", "country": "countries", "source": "sources", "browser": "browsers"}
COUNTED = ("visitors", "visits", "pageviews", "bounce_rate", "visit_duration", "percentage")


def skewed(chance: random.Random, values: list[str]) -> str:
    """The first often, the last hardly ever."""
    return values[min(int(chance.expovariate(0.9)), len(values) - 1)]


@pytest.fixture
def link(project, store_events) -> SharedLink:
    chance = random.Random(3)
    visits = []
    for number in range(1, 90):
        at = NOW - timedelta(minutes=chance.randrange(20 * 24 * 60))
        visit = {"visitor_id": number, "session_id": number, "session_started_at": at}
        shared = {name: skewed(chance, values) for name, values in DIMENSIONS.items() if name != "page"}
        for step in range(chance.randint(1, 3)):
            path = skewed(chance, DIMENSIONS["page"])
            visits.append(visit | shared | {"path": path, "occurred_at": at + timedelta(seconds=step)})
    store_events(*visits)
    return SharedLink.objects.create(project=project, name="Public", least_visitors=LEAST)


def asked(link: SharedLink, query: str = "") -> Question:
    return Viewing.of_link(link, QueryDict()).question(QueryDict(query), clock.now())


def addresses() -> Iterator[str]:
    """Every period with no filter and with each one there is."""
    for period in ("period=30d", "period=today"):
        yield period
        for name, values in DIMENSIONS.items():
            yield from (f"{period}&f={name}:{operator}:{value}" for value in values for operator in ("is", "is_not"))


def visitors(rows: list[Row]) -> list[int | None]:
    return [row.metrics[0] for row in rows]


def test_no_list_has_a_row_of_few_visitors_and_no_visitor_is_lost(link):
    for address in addresses():
        question = asked(link, address)
        for dimension in DIMENSIONS:
            query = question.query(COUNTED, dimensions=(dimension,))
            whole = results.run(replace(query, least_visitors=0)).rows
            told = results.run(query).rows
            assert all((count or 0) >= LEAST for count in visitors(told))
            named = [row for row in told if row.dimensions[0] != folding.FOLDED]
            many = [row for row in whole if row.metrics[0] >= LEAST]
            rest = sum(row.metrics[0] for row in whole if row.metrics[0] < LEAST)
            taken = len(many) - len(named)
            assert taken == (1 if many and 0 < rest < LEAST else 0)
            assert sorted(visitors(named)) == sorted(visitors(many))[taken:]
            assert sum(visitors(told)) == (sum(visitors(whole)) if many or rest >= LEAST else 0)


def test_no_order_page_or_search_tells_of_a_folded_row(link):
    query = asked(link).query(COUNTED, dimensions=("page",))
    every = {row.dimensions for row in results.run(query).rows}
    for name in (*COUNTED, "page"):
        for is_descending in (False, True):
            ordered = replace(query, order_by=((name, is_descending),))
            pages = [results.run(replace(ordered, limit=1, offset=at)) for at in range(len(every) + 2)]
            told = [row.dimensions for page in pages for row in page.rows]
            assert set(told) == every
            assert len(told) == len(every) == pages[0].meta["total_rows"]
            assert all(row[0] != folding.FOLDED for row in told[:-1])
    for part in ("-a-", "-g-", "page-h-end", "nothing"):
        searched = replace(query, filters=(Filter("page", "contains", (part,)),))
        assert all((count or 0) >= LEAST for count in visitors(results.run(searched).rows))


def test_no_bucket_has_few_visitors_and_the_missing_ones_have_enough_together(link):
    for address in addresses():
        for interval in ("day", "week"):
            question = asked(link, address)
            told = results.series(question, COUNTED[:-1], interval).values
            whole = results.series(replace(question, least_visitors=0), ("visitors",), interval).values["visitors"]
            missing = [count for count, shown in zip(whole, told["visitors"], strict=True) if shown is None]
            assert all(shown == count or shown is None for count, shown in zip(whole, told["visitors"], strict=True))
            assert all(count == 0 or count >= LEAST for count in told["visitors"] if count is not None)
            assert not missing or sum(missing) >= LEAST or sum(whole) == sum(missing)
            for name in COUNTED[:-1]:
                shown_without = [
                    value for value, count in zip(told[name], told["visitors"], strict=True) if count is None
                ]
                assert shown_without == [None] * len(shown_without)


def test_no_total_is_of_few_visitors(link):
    for address in addresses():
        total = results.totals(asked(link, address), COUNTED)
        assert total["visitors"] is None or total["visitors"] == 0 or total["visitors"] >= LEAST
        if total["visitors"] is None:
            assert set(total.values()) == {None}


def test_few_visits_of_many_visitors_are_not_told_either():
    query = StatsQuery(None, ("visitors", "bounce_rate", "pageviews"), None, least_visitors=LEAST)  # type: ignore[arg-type]
    asked_of = lambda found: StatsResult([Row((), (9, 50.0, 30, 2))] if found.metrics[-1] == "visits" else [])  # noqa: E731
    assert folding.folded(query, asked_of).rows[0].metrics == (9, None, 30)


def test_what_is_longer_than_can_be_read_has_no_row_of_the_rest():
    query = StatsQuery(None, ("visitors",), None, dimensions=("page",), least_visitors=LEAST)  # type: ignore[arg-type]
    rows = [Row(("/",), (9,)), *(Row((f"/{at}",), (3,)) for at in range(4))]
    of = {total: folding.folded(query, lambda _: StatsResult(rows, {"total_rows": total})).rows for total in (5, 6)}  # noqa: B023
    assert [row.dimensions for row in of[5]] == [("/",), (folding.FOLDED,)]
    assert [row.dimensions for row in of[6]] == [("/",)]


@pytest.fixture
def few_and_many(link):
    """By dimension: what fewer than LEAST visitors did, and what more did, under a filter."""

    def told_apart(address: str) -> tuple[set[str], set[str]]:
        question = replace(asked(link, address), least_visitors=0)
        few, many = set(), set()
        for dimension in ("page", "source", "browser"):
            for row in results.run(question.query(("visitors",), dimensions=(dimension,))).rows:
                (few if row.metrics[0] < LEAST else many).add(row.dimensions[0])
        return few, many

    return told_apart


def said(response) -> str:
    """All that the answer holds, but for the addresses of links, which repeat what was asked."""
    body = html.unescape(response.content.decode())
    return re.sub(r'(href|hx-get|action|value)="[^"]*"|"url": "[^"]*"', "", body)


def test_no_section_of_a_shared_link_says_what_few_visitors_did(client, link, few_and_many):
    names = [*LISTS.values(), "overview", "series"]
    for address in ["period=30d", *(f"period=30d&f=country:is:{code}" for code in DIMENSIONS["country"])]:
        few, many = few_and_many(address)
        for name in names:
            answer = client.get(f"{reverse('reports:shared-section', args=(link.slug, name))}?{address}")
            assert answer.status_code == 200
            assert not [value for value in few if value in said(answer)], (name, address)
        dimension = "page"
        answer = client.get(f"{reverse('reports:shared-section', args=(link.slug, LISTS[dimension]))}?{address}")
        whole = results.totals(replace(asked(link, address), least_visitors=0), ("visitors",))["visitors"]
        is_shown = [value for value in many if value in DIMENSIONS[dimension]] if whole >= LEAST else []
        # The smallest may be with those of few, where these are too few even together.
        assert sum(value not in said(answer) for value in is_shown) <= 1


def test_no_details_or_suggestions_say_what_few_visitors_did(client, link, few_and_many):
    few, _ = few_and_many("period=30d")
    details = reverse("reports:shared-section", args=(link.slug, "details"))
    suggestions = reverse("reports:shared-section", args=(link.slug, "suggestions"))
    for search in ("", "-f-", "-h-end", "page-"):
        for sort in ("visitors", "-visitors", "dimension", "-dimension", "bounce_rate"):
            for offset in ("0", "1", "7"):
                query = {"period": "30d", "of": "pages", "sort": sort, "search": search, "offset": offset}
                answer = client.get(details, query)
                assert answer.status_code == 200
                assert not [value for value in few if value in said(answer) and value != search]
        suggested = client.get(suggestions, {"period": "30d", "dimension": "page", "q": search}).json()
        assert not few & {each["value"] for each in suggested["options"]} - {search}


def test_a_whole_answer_of_few_visitors_says_so_and_nothing_else(client, link):
    rare = next(
        code
        for code in DIMENSIONS["country"]
        if 0
        < results.totals(replace(asked(link, f"f=country:is:{code}"), least_visitors=0), ("visitors",))["visitors"]
        < LEAST
    )
    for code in (rare, "AQ"):  # nobody was there: whether anybody was is not told either
        for name in ("overview", "pages", "countries"):
            answer = client.get(
                reverse("reports:shared-section", args=(link.slug, name)), {"f": f"country:is:{code}", "period": "30d"}
            )
            assert "Too few visitors to show (fewer than 5)." in said(answer)
            assert "page-a" not in said(answer)


def test_members_see_everything(alice_client, link, few_and_many):
    few, many = few_and_many("period=30d")
    answer = alice_client.get(reverse("reports:section", args=(link.project_id, "pages")), {"period": "30d"})
    assert all(value in said(answer) for value in few | many if value in DIMENSIONS["page"])


def plain_filters() -> st.SearchStrategy[str]:
    """Filters of an address that hit what there is."""
    one = st.sampled_from(sorted(DIMENSIONS)).flatmap(
        lambda name: st.tuples(
            st.just(name),
            st.sampled_from(["is", "is_not", "contains", "contains_not", "matches", "matches_not"]),
            st.sampled_from(DIMENSIONS[name]),
        ).map(":".join)
    )
    return st.lists(one, max_size=3).map(lambda texts: "&".join(f"f={text}" for text in texts))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=plain_filters(), dimension=st.sampled_from(sorted(DIMENSIONS)), alone=st.sampled_from(DIMENSIONS["country"])
)
@example("f=country:is:FR", "country", "DE")
def test_what_a_link_shows_of_its_segment_is_what_a_member_sees_of_it(link, alice, query, dimension, alone):
    segment, _ = Segment.objects.get_or_create(project=link.project, name=alone, filters=[["is", "country", [alone]]])
    link.segment, link.least_visitors = segment, 0
    shared = asked(link, query)
    member = params.question(QueryDict(f"{query}&segment={segment.pk}"), link.project, clock.now(), who=alice)
    for dimensions in ((), (dimension,)):
        rows = [set(results.run(each.query(COUNTED, dimensions=dimensions)).rows) for each in (shared, member)]
        assert rows[0] == rows[1]


def test_every_metric_can_be_folded(link):
    question = asked(link)
    for name in METRICS:
        rows = results.run(question.query((name,), dimensions=("source",))).rows
        assert all(len(row.metrics) == 1 for row in rows)
