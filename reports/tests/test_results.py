import threading
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import QueryDict

from reports import params, results
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


def asked(project: Any, text: str) -> params.Question:
    return params.question(QueryDict(text), project, NOW)


def test_the_same_question_is_asked_of_the_store_once(project, django_assert_num_queries):
    question = asked(project, "from=2026-11-01&to=2026-11-02")
    first = results.totals(question, ["visitors"])
    with django_assert_num_queries(0):
        assert results.totals(question, ["visitors"]) == first


def test_another_filter_period_or_project_is_another_question(project, store_events):
    store_events({"source": "Google"})
    counts = [
        results.totals(asked(project, text), ["visitors"])["visitors"]
        for text in ("period=today", "period=today&f=source:is:Bing", "period=yesterday", "period=7d")
    ]
    assert counts == [1, 0, 0, 1]


def test_a_visitor_of_two_days_is_two_visitors_only_without_an_identifier(project, store_events):
    store_events({"session_id": 1}, {"session_id": 2, "occurred_at": NOW - timedelta(days=1)})
    assert results.totals(asked(project, "period=7d"), ["visitors"]) == {"visitors": 2}
    project.identity_mode = "anonymous_id"
    assert results.totals(asked(project, "period=7d"), ["visitors"]) == {"visitors": 1}


@pytest.mark.django_db(transaction=True)
def test_whoever_asks_while_the_answer_is_under_way_waits_for_it(project, store_events):
    store_events({})
    question = asked(project, "period=today")
    answers: list[Any] = []
    statements: list[str] = []

    def ask() -> None:
        connection.force_debug_cursor = True
        answers.append(results.totals(question, ["visitors"])["visitors"])
        statements.extend(each["sql"] for each in connection.queries if "FROM events" in each["sql"])
        connection.close()

    viewers = [threading.Thread(target=ask) for _ in range(3)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("LOCK TABLE events IN ACCESS EXCLUSIVE MODE")  # so that no answer comes before all have asked
        for viewer in viewers:
            viewer.start()
        viewers[0].join(0.5)
    for viewer in viewers:
        viewer.join(10)
    assert answers == [1, 1, 1]
    assert len(statements) == 1


@pytest.mark.parametrize(
    ("now", "before", "percent"), [(150, 100, 50), (20, -5, 500), (-5, 20, -125), (-10, -5, -100), (1, 0, None)]
)
def test_a_change_to_more_is_positive_below_zero_too(now, before, percent):
    assert results.change(now, before) == percent
