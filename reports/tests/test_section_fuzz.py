"""Whatever a page, a section or a shared link is asked for: an answer, or a sentence that says why not."""

import json
import re
from itertools import product
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from reports.models import Segment, SharedLink
from reports.models.shared_links import SHAREABLE_PAGES
from reports.section_views import SECTIONS, SHARED_SECTIONS
from reports.tests.conftest import NOW
from reports.tests.strategies import WORDS, json_values
from tracking import identity

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ONE_DATABASE = settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
PAGES = [
    "",
    "/goals",
    "/funnels",
    "/campaigns",
    "/realtime",
    "/events",
    "/visitors",
    "/journeys",
    f"/visitors/{identity.shown(1)}",
]
# What stands in addresses, and what somebody may put there.
NAMES = [
    "period", "from", "to", "startDate", "endTime", "compare", "compare_from", "compare_to", "match_weekday",
    "interval", "granularity", "f", "filters", "segment", "editing", "metric", "tab", "details", "of", "search",
    "sort", "offset", "key", "dimension", "operator", "value", "q", "at", "apply", "ids", "id", "days", "visitor",
    "cursor", "kind", "embed", "theme", "background", "page", "limit", "anchor", "direction", "steps", "breadth",
    "events", "column", "node", "by", "goal", "attribution", "breakdown",
]  # fmt: skip
TEXTS = [
    "all", "custom", "24h", "today", "12mo", "none", "year_over_year", "minute", "month", "1", "-1", "0", "99999",
    "1000000000000000000", "9" * 5000, "NaN", "Infinity", "１２", "1_0", " 5 ", "2026-11-20", "2026-11-19T08:00",
    "2000-01-01", "2099-12-31", "9999-12-31", "0001-01-01", "0001-01-01T00:00:00+23:59", "2026-W47-5", "٢٠٢٦-١١-٢٠",
    "2026-11-20T10:00:00.5+00:00:00.000001~7a1d0cf0-58c6-4c15-9d3e-0f9b3f7ee0c4",
    "2026-11-20T10:00:00+00:00~0000000000000001", "2000-01-01T00:00:00+23:59~ffffffffffffffff",
    "country:is:DE", "page:matches:(", "page:matches:" + "(a+)+$" * 9, "prop:plan:is:pro", "prop::is:", "prop:", "::",
    "country:is:\0", "country:is:\ud800", "page:contains:" + "x" * 2049, "\0", "\ud800", "%", "\\", "'\"><script>",
    "prop:plan", "prop:\0", "pages", "details", "countries", "-visitors", "dimension", "visitors", "-", "{}", "[]",
    "[[" * 5000, "[" * 200_000, json.dumps([["is", "page", ["/"] * 2000]]), '[["is", "page", ["\\ud800"]]]',
    '[["has_done", ["is", "page", ["/"]]]]', '[["is", "segment", ["\\u0000"]]]', '[["matches", "page", ["\\\\"]]]',
    "{" + str(NOW.year) + "}", "0" * 32, identity.shown(1), "zzzzzzzzzzzzzzzz", "javascript:alert(1)", "//evil.example",
    "page:/", "event:\0", "page:\ud800", "event:" + "x" * 2049, "to", "other",
]  # fmt: skip


NO_ADDRESS = {"HX-Request": "true", "HX-Current-URL": "http://[testserver/projects"}
HEADERS = [
    {},
    NO_ADDRESS,
    {"HX-Request": "true", "HX-Target": "details-table"},
    {"HX-Request": "true", "HX-Current-URL": "http://testserver/projects/x?f=country:is:DE&filters=[[&tab=\0"},
    {
        "HX-Request": "true",
        "HX-Current-URL": "http%3A//testserver/projects/%0d%0aX%3A 1%00",
        "HX-Current-URL-URI-AutoEncoded": "true",
    },
]


# The database knows no offset like that.
FAR_EAST = "2000-01-01T00:00:00+23:59~7a1d0cf0-58c6-4c15-9d3e-0f9b3f7ee0c4"


# Of one visitor from France: too few for a link, and not in the segment of the other one.
SECRET = "only-in-france"


@pytest.fixture
def ask(alice_client, project, store_events):
    """What a page or section of alice's project says to her (`""`, `/events`, …), or to who has a link (`share…`)."""
    store_events(*(
        {"visitor_id": number, "session_id": number, "country": "DE", "custom_data": {"plan": "<b>", "n": number},
         "event_type": "custom", "event_name": "</script><img src=x>", "path": "/'\"><script>alert(1)</script>"}
        for number in range(1, 8)
    ), {"visitor_id": 8, "session_id": 8, "country": "FR", "path": SECRET, "title": SECRET, "source": SECRET,
        "custom_data": {SECRET: SECRET}, "city": SECRET, "event_type": "custom", "event_name": SECRET})  # fmt: skip
    segment = Segment.objects.create(project=project, name="<b>", filters=[["is", "country", ["DE"]]])
    pages = list(SHAREABLE_PAGES)
    link = SharedLink.objects.create(project=project, name="All", may_embed=True, pages=pages)
    limited = SharedLink.objects.create(project=project, name="Some", segment=segment, least_visitors=2, pages=pages)
    starts = {"": f"/projects/{project.pk}", "share": f"/share/{link.slug}", "limited": f"/share/{limited.slug}"}

    def ask(whose, path, query, headers):
        parts = [(name.encode("utf-8", "replace"), value.encode("utf-8", "surrogatepass")) for name, value in query]
        return alice_client.get(f"{starts[whose]}{path}?{urlencode(parts)}", headers=headers)

    return ask


def queries():
    texts = st.sampled_from(TEXTS) | st.sampled_from(WORDS) | st.text(max_size=8)
    values = texts | json_values().map(lambda each: json.dumps(each, allow_nan=True))
    return st.lists(st.tuples(st.sampled_from(NAMES) | st.text(max_size=3), values), max_size=6)


def paths():
    sections = st.sampled_from([*SECTIONS, "explain", "series", "details", "suggestions"])
    return st.sampled_from(PAGES) | sections.map("/sections/{}".format)


def check(response, path):
    assert response.status_code in (200, 204, 302, 400, 404), (path, response.status_code)
    assert response.content or response.status_code != 400
    said = response.content.decode()
    if response.get("Content-Type") == "application/json":
        return  # no browser takes it for markup: every answer says nosniff
    for markup in ("<script>alert", "<img src=x", "'\"><script", 'href="javascript:'):
        assert markup not in said, path


@ONE_DATABASE
@given(path=paths(), query=queries(), headers=st.sampled_from(HEADERS))
@example(path="/sections/segments", query=[], headers=NO_ADDRESS)
@example(path="/sections/event-rows", query=[("cursor", FAR_EAST)], headers={})
def test_members_get_an_answer_or_a_reason(ask, path, query, headers):
    check(ask("", path, query, headers), path)


@ONE_DATABASE
@given(whose=st.sampled_from(["share", "limited"]), path=paths(), query=queries(), headers=st.sampled_from(HEADERS))
def test_who_has_a_link_gets_an_answer_or_a_reason_and_no_more_than_it_shows(ask, whose, path, query, headers):
    response = ask(whose, path, query, headers)
    check(response, path)
    assert SECRET not in response.content.decode()


WIDER = [
    "", "period=today", "period=all&compare=year_over_year", "interval=minute&period=today", "f=country:is:FR",
    "f=country:is_not:DE", "f=page:contains:only", '["not",["is","country",["DE"]]]',
    '["has_done",["is","country",["FR"]]]', '["has_not_done",["is","country",["DE"]]]', "search=only",
    "q=only", "q=only&dimension=prop", "of=cities&sort=visitors", "of=events&sort=-dimension",
    "embed=1&theme=dark&tab=cities", "segment=x", "editing=x", "least_visitors=0",
]  # fmt: skip
KNOWN = ["key=", "dimension=prop:", "of=prop:", "f=page:is:", "search=", "q=", "dimension=prop&q="]


@pytest.fixture
def told(ask):
    """What a section says, without what differs: the addresses in it, and how long it took."""

    def told(whose, name, more):
        given = [("filters", f"[{more}]")] if more.startswith("[") else parse_qsl(more)
        defaults = {"of": "pages", "dimension": "page", "metric": "visitors"}
        response = ask(whose, f"/sections/{name}", [*(defaults | dict(given)).items()], {})
        assert response.status_code in (200, 400, 404), (name, more)
        # A page of an error is the same for all but its token.
        return (
            "" if response.status_code == 404 else re.sub(r'="/[^"]*"|Answered in .* ms', "", response.content.decode())
        )

    return told


@pytest.mark.parametrize("whose", ["share", "limited"])
def test_no_parameter_widens_a_link(told, whose):
    for name, more in product(sorted(SHARED_SECTIONS), WIDER):
        assert SECRET not in told(whose, name, more), (name, more)


@pytest.mark.parametrize("whose", ["share", "limited"])
def test_who_guesses_a_value_does_not_learn_that_it_is_there(told, whose):
    nowhere = "only-in-utopia"
    for name, more in product(sorted(SHARED_SECTIONS), KNOWN):
        guessed, made_up = told(whose, name, more + SECRET), told(whose, name, more + nowhere)
        assert guessed.replace(SECRET, nowhere) == made_up, (name, more)
