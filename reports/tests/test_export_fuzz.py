"""Whatever is asked to have exported: a file that is made, or a refusal that says why."""

import json
from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reports.exports.asking import WORDS
from reports.models import Export
from reports.tasks import run_export
from reports.tests.conftest import NOW
from reports.tests.strategies import WORDS as VALUES
from reports.tests.strategies import conditions_of, json_values

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ONE_DATABASE = settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
KINDS = st.sampled_from(["analytics", "campaigns", "events"])


@st.composite
def bodies(draw):
    """Bodies of the right words, with values that make some sense and others that make none."""
    from reports.conditions import as_json

    body = {"kind": draw(KINDS)}
    if draw(st.booleans()):
        body["filters"] = as_json(draw(conditions_of()))
    for word in draw(st.lists(st.sampled_from(WORDS), max_size=4, unique=True)):
        body[word] = draw(st.sampled_from(VALUES) | st.lists(st.sampled_from(VALUES), max_size=3) | json_values())
    return body


@pytest.fixture
def alices(signed_in, alice, project, store_events, settings, tmp_path, monkeypatch):
    settings.EXPORTS_DIR = tmp_path
    monkeypatch.setattr(run_export, "apply_async", lambda *args, **options: None)
    store_events({"received_at": NOW, "custom_data": {"plan": "pro"}}, {"received_at": NOW, "utm_campaign": "x"})
    return signed_in(alice)


@given(body=bodies() | json_values())
@ONE_DATABASE
def test_every_body_makes_a_file_or_is_refused(alices, project, body):
    data = json.dumps(body).encode("utf-8", "surrogatepass")
    response = alices.post(f"/api/v1/projects/{project.pk}/exports", data, "application/json")
    assert response.status_code in (202, 400)
    if response.status_code == 400:
        assert response.json()["code"] in ("invalid", "not_json", "parse_error", "stale_segment")
        return
    export = Export.objects.get()
    run_export(export.pk.bytes)
    export.refresh_from_db()
    assert (export.state, export.error) in (("done", ""), ("failed", "invalid_pattern"))
    export.delete()


@given(kind=KINDS, words=st.lists(st.tuples(st.sampled_from(WORDS), st.sampled_from(VALUES)), max_size=5))
@ONE_DATABASE
def test_every_query_string_gives_a_file_or_is_refused(alices, project, kind, words):
    query = urlencode([(name, value.encode("utf-8", "surrogatepass")) for name, value in words])
    response = alices.get(f"/api/v1/projects/{project.pk}/{kind}/export?{query}")
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        assert b"".join(response.streaming_content)
    else:
        assert response.json()["code"] in ("invalid_parameters", "stale_segment")
