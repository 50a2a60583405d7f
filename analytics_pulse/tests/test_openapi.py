"""The description of the API is complete: what an endpoint is for, an example of each body, and every error."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.management import call_command
from drf_spectacular.generators import SchemaGenerator

SCHEMA: dict[str, Any] = SchemaGenerator().get_schema(request=None, public=True)
OPERATIONS = {
    f"{method.upper()} {path}": operation
    for path, operations in SCHEMA["paths"].items()
    for method, operation in operations.items()
}


def bodies(operation: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """(request or status, media type, what is said of it)"""
    for place, described in {"request": operation.get("requestBody", {}), **operation["responses"]}.items():
        for media_type, content in described.get("content", {}).items():
            yield place, media_type, content


def test_the_description_is_valid_and_made_without_a_warning(tmp_path):
    call_command("spectacular", "--validate", "--fail-on-warn", "--file", str(tmp_path / "schema.yml"))


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_endpoint_says_what_it_is_for(name):
    assert OPERATIONS[name].get("summary")


@pytest.mark.parametrize("name", OPERATIONS)
def test_an_endpoint_names_its_errors(name):
    expected = {"401", "403"}
    expected |= {"404"} if "{" in name else set()
    expected |= {"400"} if "requestBody" in OPERATIONS[name] else set()
    assert expected <= set(OPERATIONS[name]["responses"])


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_body_has_an_example(name):
    all_places = {place for place, _, _ in bodies(OPERATIONS[name])}
    shown = {place for place, _, content in bodies(OPERATIONS[name]) if content.get("examples")}
    assert all_places - shown == set()


@pytest.mark.parametrize("name", OPERATIONS)
def test_errors_are_problem_details(name):
    errors = [media_type for place, media_type, _ in bodies(OPERATIONS[name]) if place[0] in "45"]
    assert set(errors) == {"application/problem+json"}
