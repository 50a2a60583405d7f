"""docs/metrics.md says what the registries say, and so does the API's description."""

import re

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

from reports import glossary
from tracking.storage.dimensions import DIMENSIONS
from tracking.storage.metrics import METRICS
from tracking.storage.tallies import TALLIES


def test_the_committed_page_is_what_the_registries_give():
    assert (settings.BASE_DIR / "docs" / "metrics.md").read_text() == glossary.page(), "run manage.py metrics_doc"


def test_the_command_writes_the_page_and_finds_out_when_it_is_old(settings, tmp_path, capsys):
    settings.BASE_DIR = tmp_path
    (tmp_path / "docs").mkdir()
    with pytest.raises(CommandError, match="out of date"):
        call_command("metrics_doc", check=True)
    call_command("metrics_doc")
    call_command("metrics_doc", check=True)
    assert (tmp_path / "docs" / "metrics.md").read_text() == glossary.page()


@pytest.mark.parametrize("name", METRICS)
def test_a_formula_reads_without_sql(name):
    known = {*TALLIES, *METRICS}
    words = set(re.findall(r"[A-Za-z_:]+", glossary.formula(METRICS[name])))
    assert words - known <= {"where", "of", "the", "whole", "answer"}
    assert set(METRICS[name].tallies) <= words


def test_every_metric_and_dimension_has_a_definition_and_a_unit():
    assert {each.unit for each in METRICS.values()} <= set(glossary.UNITS)
    assert all(each.definition.endswith(".") and each.label for each in (*METRICS.values(), *DIMENSIONS.values()))


def test_other_names_lead_to_names_that_exist():
    parameters = {"startTime", "startDate", "from", "endTime", "endDate", "to", "granularity", "interval"}
    for elsewhere, here in glossary.OTHER_NAMES:
        named = re.findall(r"`([^`=]+)`", here)
        assert all(name in {*METRICS, *DIMENSIONS, "prop:<key>"} for name in named), here
        ours = {name for name in re.findall(r"`([^`]+)`", elsewhere) if name in {*METRICS, *DIMENSIONS}}
        assert ours - parameters == set(), "a name of ours cannot mean something else elsewhere"


@pytest.fixture(scope="module")
def described():
    from drf_spectacular.generators import SchemaGenerator

    return "\n".join(descriptions(SchemaGenerator().get_schema(request=None, public=True)))


def descriptions(schema):
    if isinstance(schema, dict):
        if isinstance(schema.get("description"), str):
            yield schema["description"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for each in schema:
            yield from descriptions(each)


@pytest.mark.parametrize("name", [*METRICS, *DIMENSIONS])
def test_the_description_of_the_api_has_the_same_definition(described, name):
    assert (METRICS.get(name) or DIMENSIONS[name]).definition in described
