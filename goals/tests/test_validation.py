"""What is wrong with a goal is said by its field."""

from typing import Any

import pytest

from analytics_pulse.problems import Invalid
from goals.actions import create_goal
from goals.models import Goal
from goals.models.goals import MAX_GOALS
from goals.validation import validated
from projects.models import Project

EVENT = {"name": "G", "goal_type": "event", "target_event_name": "Signup"}
PAGE = {"name": "G", "goal_type": "pageview", "target_url_pattern": "/thanks"}
VALUE = {"name": "G", "goal_type": "value", "target_value": "9.50"}


def condition(key: Any = "plan", operator: Any = "is", values: Any = ("pro",)) -> dict[str, Any]:
    return {"conditions": [{"key": key, "operator": operator, "values": list(values)}]}


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({}, "/name", "required"),
        ({}, "/goal_type", "required"),
        (EVENT | {"name": " "}, "/name", "required"),
        (EVENT | {"name": "x" * 101}, "/name", "too_long"),
        (EVENT | {"name": 7}, "/name", "not_a_text"),
        (EVENT | {"name": "a\0"}, "/name", "invalid_characters"),
        (EVENT | {"description": "x" * 501}, "/description", "too_long"),
        (EVENT | {"goal_type": "click"}, "/goal_type", "invalid_choice"),
        (EVENT | {"goal_type": ["event"]}, "/goal_type", "invalid_choice"),
        (EVENT | {"color": "red"}, "/color", "unknown_field"),
        (EVENT | {"target_event_name": ""}, "/target_event_name", "required"),
        (EVENT | {"target_event_type": "vitals"}, "/target_event_type", "invalid_choice"),
        (EVENT | {"conditions": "plan"}, "/conditions", "not_a_list"),
        (EVENT | {"conditions": [1]}, "/conditions/0", "not_a_condition"),
        (EVENT | {"conditions": [{}] * 11}, "/conditions", "too_many"),
        (EVENT | condition(key=""), "/conditions/0/key", "required"),
        (EVENT | condition(operator="like"), "/conditions/0/operator", "invalid_choice"),
        (EVENT | condition(values=[]), "/conditions/0/values", "required"),
        (EVENT | condition(operator="gt", values=["ten"]), "/conditions/0/values/0", "not_a_number"),
        (EVENT | condition(operator="gt", values=[1, 2]), "/conditions/0/values", "too_many"),
        (EVENT | condition(operator="matches", values=["("]), "/conditions/0/values/0", "invalid_pattern"),
        (PAGE | {"target_url_pattern": ""}, "/target_url_pattern", "required"),
        (PAGE | {"target_url_pattern": "https://example.com/x"}, "/target_url_pattern", "not_a_path"),
        (PAGE | {"target_url_pattern": "(?=x)", "url_match": "regex"}, "/target_url_pattern", "invalid_pattern"),
        (PAGE | {"target_url_pattern": "(a{9999})", "url_match": "regex"}, "/target_url_pattern", "invalid_pattern"),
        (PAGE | {"target_url_pattern": "(?:.?){900}x", "url_match": "regex"}, "/target_url_pattern", "invalid_pattern"),
        (PAGE | {"url_match": "glob"}, "/url_match", "invalid_choice"),
        (VALUE | {"target_value": None}, "/target_value", "required"),
        (VALUE | {"target_value": "many"}, "/target_value", "not_a_number"),
        (VALUE | {"target_value": float("nan")}, "/target_value", "not_a_number"),
        (VALUE | {"target_value": True}, "/target_value", "not_a_number"),
        (VALUE | {"target_value": "1e12"}, "/target_value", "out_of_range"),
        (VALUE | {"target_value": "0.001"}, "/target_value", "too_precise"),
        (PAGE | {"goal_type": "scroll", "target_value": 101}, "/target_value", "out_of_range"),
        (PAGE | {"goal_type": "scroll", "target_value": 0}, "/target_value", "out_of_range"),
        (PAGE | {"goal_type": "engagement", "target_value": 0}, "/target_value", "out_of_range"),
    ],
)  # fmt: skip
def test_a_fault_is_told_at_its_field(project: Project, fields: dict[str, Any], pointer: str, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        validated(fields, project=project)
    assert (pointer, code) in {(each["pointer"], each["code"]) for each in refused.value.errors}
    assert all(each["detail"] for each in refused.value.errors)


def test_what_a_type_does_not_use_is_left_empty(project: Project) -> None:
    found = validated(PAGE | {"target_event_name": "x", "target_value": 7, "conditions": "?"}, project=project)
    assert (found["target_event_name"], found["target_value"], found["conditions"]) == ("", None, [])


def test_a_star_makes_a_path_a_wildcard_unless_said_otherwise(project: Project) -> None:
    assert validated(PAGE | {"target_url_pattern": "/a/*"}, project=project)["url_match"] == "wildcard"
    exact = validated(PAGE | {"target_url_pattern": "/a/*", "url_match": "exact"}, project=project)
    assert exact["url_match"] == "exact"


def test_numbers_of_a_condition_are_kept_as_texts(project: Project) -> None:
    found = validated(EVENT | condition(operator="gte", values=[3.5]), project=project)
    assert found["conditions"] == [{"key": "plan", "operator": "gte", "values": ["3.5"]}]


def test_a_name_is_taken_once_whatever_its_case_and_only_in_its_project(project: Project, organization: Any) -> None:
    create_goal(project=project, by=None, **EVENT | {"name": "Signup"})
    with pytest.raises(Invalid) as refused:
        create_goal(project=project, by=None, **EVENT | {"name": "SIGNUP"})
    assert refused.value.errors[0]["code"] == "taken"
    other = Project.objects.create(organization=organization, name="Other", domain="other.example")
    create_goal(project=other, by=None, **EVENT | {"name": "Signup"})


def test_a_project_has_so_many_goals_at_most(project: Project) -> None:
    Goal.objects.bulk_create(Goal(project=project, name=f"G{n}", goal_type="event") for n in range(MAX_GOALS))
    with pytest.raises(Invalid) as refused:
        create_goal(project=project, by=None, **EVENT)
    assert refused.value.errors[0]["code"] == "too_many"


def test_patterns_of_all_goals_together_come_to_so_much_at_most(project: Project) -> None:
    costly = PAGE | {"target_url_pattern": "(?:.?){150}x", "url_match": "regex"}
    made = [create_goal(project=project, by=None, **costly | {"name": f"G{n}"}) for n in range(4)]
    looks_for_much = condition(operator="matches", values=["(?:.?){150}x"])
    for fields in (costly, EVENT | looks_for_much, PAGE | {"target_url_pattern": "/*" * 250}):
        with pytest.raises(Invalid) as refused:
            create_goal(project=project, by=None, **fields)
        assert [(each["pointer"], each["code"]) for each in refused.value.errors] == [("", "too_much")]
    create_goal(project=project, by=None, **EVENT)
    validated(costly | {"name": "Same"}, project=project, goal=made[0])


def test_fifty_goals_with_a_pattern_of_their_own_are_possible(project: Project) -> None:
    for number in range(50):
        pattern = rf"^/(?:en|de|fr)/shop/(?:[\w-]+/)*order-{number}/(?:thanks|thank-you|danke|merci)/?$"
        create_goal(
            project=project,
            by=None,
            **PAGE | {"name": f"G{number}", "target_url_pattern": pattern, "url_match": "regex"},
        )
