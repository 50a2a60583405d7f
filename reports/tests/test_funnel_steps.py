"""Funnels as JSON, and as the fields of a form: what is understood, what is refused and where."""

import json
from datetime import timedelta

import pytest
from django.http import QueryDict
from django.utils import timezone

from goals.models import Goal
from projects.actions.projects import create_project
from reports.faults import Faults
from reports.funnels import builder, definition, page_patterns
from tracking.storage.funnels import FunnelQuery

pytestmark = pytest.mark.django_db
PRICING = {"filters": [["is", "page", ["/pricing"]]]}
SIGNUP = {"filters": [["is", "event_name", ["signup"]]]}


@pytest.fixture
def goal(project):
    return Goal.objects.create(project=project, name="Signed up", goal_type="event", target_event_name="signup")


@pytest.fixture
def hers(mallory):
    site = create_project(organization=mallory.organizations.get(), name="Hers", domain="example.net", timezone="UTC")
    return Goal.objects.create(project=site, name="Hers", goal_type="event", target_event_name="signup")


def faults_of(project, **values):
    faults = Faults()
    definition.parse(values, faults, project)
    return [(each["pointer"], each["code"]) for each in faults.found]


def parsed(project, **values):
    faults = Faults()
    found = definition.parse(values, faults, project)
    assert not faults, faults.found
    return found


@pytest.mark.parametrize(
    ("steps", "where", "code"),
    [
        (None, "/steps", "not_a_list"),
        ([PRICING], "/steps", "too_few"),
        ([PRICING] * 11, "/steps", "too_many"),
        ([PRICING, "signup"], "/steps/1", "not_an_object"),
        ([PRICING, {}], "/steps/1", "not_a_step"),
        ([PRICING, {**SIGNUP, "goal": "x"}], "/steps/1", "not_a_step"),
        ([PRICING, {**SIGNUP, "page": "/"}], "/steps/1/page", "unknown_key"),
        ([PRICING, {"filters": []}], "/steps/1/filters", "empty"),
        ([PRICING, {"filters": [["is", "nothing", ["x"]]]}], "/steps/1/filters/0/1", "unknown_dimension"),
        ([PRICING, {"filters": [["has_done", ["is", "page", ["/"]]]]}], "/steps/1/filters", "not_possible"),
        ([PRICING, {"filters": [["matches", "page", ["("]]]}], "/steps/1/filters/0/2/0", "invalid_pattern"),
        ([{**PRICING, "name": 7}, SIGNUP], "/steps/0/name", "not_a_text"),
        ([{**PRICING, "name": "x" * 101}, SIGNUP], "/steps/0/name", "too_long"),
        ([PRICING, {"goal": "signup"}], "/steps/1/goal", "unknown_goal"),
        ([PRICING, {"goal": None}], "/steps/1/goal", "unknown_goal"),
    ],
)
def test_each_fault_of_a_step_is_named_by_its_place(project, steps, where, code):
    assert faults_of(project, steps=steps) == [(where, code)]


@pytest.mark.parametrize(
    ("key", "value", "code"),
    [
        ("by", "session", "unknown_value"),
        ("order", None, "unknown_value"),
        ("window", "soon", "not_a_window"),
        ("window", "91d", "not_a_window"),
        ("window", "0m", "not_a_window"),
        ("window", 30, "not_a_window"),
    ],
)
def test_each_fault_of_how_it_counts_is_named_by_its_place(project, key, value, code):
    assert faults_of(project, steps=[PRICING, SIGNUP], **{key: value}) == [(f"/{key}", code)]


def test_another_projects_goal_is_as_unknown_as_an_absent_one(project, hers):
    absent = "00000000-0000-4000-8000-000000000000"
    answers = []
    for each in (str(hers.pk), absent):
        faults = Faults()
        definition.parse({"steps": [PRICING, {"goal": each}]}, faults, project)
        answers.append(faults.found)
    assert answers[0] == answers[1] != []


def test_steps_are_called_by_what_they_are_about_unless_they_have_a_name(project, goal):
    wildcard = {"filters": [["is", "event_type", ["pageview"]], ["matches", "page", ["^/blog/.*$"]]]}
    found = parsed(
        project,
        steps=[PRICING, SIGNUP, {"goal": str(goal.pk)}, wildcard, {**PRICING, "name": " Prices "}],
    )
    assert [each.called for each in found.steps] == ["/pricing", "signup", "Signed up", "/blog/*", "Prices"]
    other = parsed(project, steps=[PRICING, {"filters": [["is", "country", ["DE", "FR"]]]}])
    assert other.steps[1].called == "Country is Germany or France"


def test_a_definition_is_read_as_it_was_written(project, goal):
    steps = [{"name": "Prices", **PRICING}, {"goal": str(goal.pk)}]
    found = parsed(project, steps=steps, by="visitor", window="7d", order="strict")
    assert found.as_json() == {"steps": steps, "by": "visitor", "window": "7d", "order": "strict"}
    assert parsed(project, **found.as_json()) == found


@pytest.mark.parametrize("text", ["1m", "90m", "12h", "36h", "1d", "90d"])
def test_a_window_is_read_as_it_was_written(text):
    seconds = definition.window(text, "", Faults())
    assert definition.window(definition.window_text(seconds), "", Faults()) == seconds


def test_the_store_is_asked_what_was_said(project, noon):
    from reports import params

    found = parsed(project, steps=[PRICING, SIGNUP], by="visitor", window="30m", order="strict")
    question = params.question(QueryDict("period=7d&f=source:is:Google"), project, timezone.now())
    query = found.query(question)
    assert isinstance(query, FunnelQuery)
    assert (query.by, query.window, query.is_strict) == ("visitor", timedelta(minutes=30), True)
    assert query.filters == question.conditions
    assert query.period == question.period.period


@pytest.mark.parametrize("path", ["/blog/*", "/a.b/*/c", "*", "/(x)*", "/*?", "/\\d*", "/a b*ü"])
def test_a_path_with_anything_in_it_becomes_a_pattern_and_comes_back(path):
    assert page_patterns.path_of(page_patterns.pattern_of(path)) == path


@pytest.mark.parametrize("pattern", ["/blog", "^/blog", "^/blog/[0-9]+$", "^/a|b$", "^/(x)$", ""])
def test_a_pattern_of_somebody_elses_making_is_no_path(pattern):
    assert page_patterns.path_of(pattern) == ""


def sent(*rows, **more):
    found = QueryDict(mutable=True)
    for row in rows:
        for name in builder.FIELDS:
            found.appendlist(f"step-{name}", row.get(name, "page" if name == "kind" else ""))
    found.update(more)
    return found


def test_the_form_and_the_definition_say_the_same(project, goal):
    form = builder.of_request(
        sent(
            {"page": "/pricing", "match": "exact"},
            {"page": "/blog/*", "match": "wildcard", "name": "Blog"},
            {"kind": "event", "event": "signup"},
            {"kind": "goal", "goal": str(goal.pk)},
            {"kind": "kept", "kept": json.dumps([["is", "country", ["DE"]]])},
            by="visitor",
            order="strict",
            window="custom",
            **{"window-number": "36", "window-unit": "h"},
        )
    ).checked(project)
    assert form.found is not None
    again = builder.of_definition(form.found)
    assert again.checked(project).found == form.found
    assert [row.kind for row in again.rows] == ["page", "page", "event", "goal", "kept"]
    assert (again.window, again.window_number, again.window_unit) == ("custom", "36", "h")
    query = QueryDict(mutable=True)
    query.update({name: value for name, value in builder.address(form.found).items() if value})
    assert builder.of_address(query, project).checked(project).found == form.found


def test_blank_rows_are_left_out_and_faults_stand_at_the_row_they_came_from(project, goal):
    goal.deleted_at = timezone.now()
    goal.save()
    form = builder.of_request(
        sent({"page": "/a"}, {}, {"kind": "goal", "goal": str(goal.pk)}, window="custom", **{"window-number": "-1"})
    ).checked(project)
    assert form.found is None
    assert [bool(row.fault) for row in form.rows] == [False, False, True]
    assert "window" in form.faults


@pytest.mark.parametrize("steps", ["", "nonsense", "[", "[" * 5000, '["x"]', "null"])
def test_an_address_without_a_funnel_gives_a_form_that_says_so(project, steps):
    query = QueryDict(mutable=True)
    query["steps"] = steps
    form = builder.of_address(query, project)
    assert form.faults["steps"]
    assert len(form.rows) == 2
