"""Journeys: the page with its sections, and the same over the API."""

import csv
import html
import json
import re
from io import StringIO

import pytest

from reports.tests.conftest import MINUTE, NOW, SIGNUP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]


@pytest.fixture
def visited(store_events):
    """Visits of these pages, a minute each and the last one a moment ago; +Signup is a custom event. Of `days` ago."""

    def store(*visits, days=0, first=1):
        for number, steps in enumerate(visits, first):
            began = NOW - MINUTE * (60 * 24 * days + len(steps))
            shared = {"visitor_id": number, "session_id": number, "session_started_at": began}
            store_events(*(
                shared | {"occurred_at": began + MINUTE * at} | (SIGNUP if step == "+Signup" else {"path": step})
                for at, step in enumerate(steps)
            ))  # fmt: skip

    return store


@pytest.fixture
def four_visits(visited):
    visited(["/", "/pricing", "+Signup", "/welcome"], ["/", "/pricing"], ["/", "/docs", "/pricing"], ["/blog"])


@pytest.fixture
def get_part(client, project):
    def get(path, status=200, who=client, **params):
        response = who.get(f"/projects/{project.pk}/{path}", params)
        assert response.status_code == status, response.content
        return response

    return get


def text(response):
    shown = re.sub(r"<(script|style)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


# --- The page -------------------------------------------------------------------------------------------------------
PARTS = [
    "journeys",
    "sections/journey-flow",
    "sections/journey-ends",
    "sections/journey-anchors",
    "sections/journey-node?column=1&node=page:/",
]


@pytest.mark.usefixtures("four_visits")
@pytest.mark.parametrize("part", PARTS)
def test_viewers_have_the_page_and_its_parts_and_outsiders_do_not(get_part, signed_in, bob, mallory, part):
    get_part(part, who=signed_in(bob))
    get_part(part, 404, who=signed_in(mallory))


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_the_picture_goes_on_from_the_start_of_visits(get_part):
    shown = text(get_part("sections/journey-flow"))
    assert "4 visits" in shown
    assert "Step 1 4 · 100%" in shown
    assert re.search(r"/ 3 visits, 75% .*?/blog 1 visit, 25% 100% left here", shown)
    assert "Step 2 3 · 75%" in shown


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_the_table_says_what_the_picture_shows(get_part):
    table = text(get_part("sections/journey-flow", anchor="page:/pricing")).partition("Share of the step")[2]
    assert "From /pricing /welcome 1 33% From /pricing Left here 2 67%" in table


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_the_picture_leads_back_from_an_event(get_part):
    shown = text(get_part("sections/journey-flow", anchor="event:Signup", direction="to"))
    assert "1 visit with Signup" in shown
    assert shown.index("2 steps before") < shown.index("1 step before") < shown.index("To 1 · 100%")
    assert "100% began here" in shown


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_ribbons_lead_from_node_to_node_and_fill_their_bars(get_part):
    page = get_part("sections/journey-flow", anchor="page:/").content.decode()
    data = re.search(r'<script id="journey-ribbons" type="application/json">(.*?)</script>', page, re.DOTALL)
    ribbons = json.loads(data[1])
    assert [(each["source"], each["target"], each["height"]) for each in ribbons] == [
        ("0-0", "1-0", 200.0),
        ("0-0", "1-1", 100.0),
        ("1-1", "2-0", 100.0),
        ("1-0", "2-1", 100.0),
    ]
    assert [each["sourceAt"] for each in ribbons] == [0.0, 200.0, 0.0, 0.0]
    assert ribbons[0]["title"] == "/ → /pricing: 2"


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_a_node_tells_where_its_visits_came_from_and_went_and_leads_on(get_part):
    node = get_part("sections/journey-node", column="2", node="page:/pricing")
    assert "2 visits, 50% of all that are looked at" in text(node)
    assert "Where they came from / Visits: 2 100%" in text(node)
    assert "Where they went /welcome Visits: 1 50% Left here Visits: 1 50%" in text(node)
    page = html.unescape(node.content.decode())
    assert "/journeys?period=30d&anchor=page%3A%2Fpricing" in page
    assert "anchor=page%3A%2Fpricing&direction=to" in page
    assert "f=page%3Ais%3A%2Fpricing" in page


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_a_node_that_is_not_there_is_not_found(get_part):
    get_part("sections/journey-node", 404, column="2", node="page:/nothing")
    get_part("sections/journey-node", 404, column="5", node="page:/")
    get_part("sections/journey-node", 400, column="99", node="page:/")


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_visits_are_compared_with_the_period_before(get_part, visited):
    visited(["/", "/pricing"], ["/"], days=7, first=11)
    asked = {"period": "7d", "compare": "previous_period"}
    assert "4 visits +100% Before: 2" in text(get_part("sections/journey-flow", **asked))
    node = text(get_part("sections/journey-node", **asked, column="1", node="page:/"))
    assert "+50% Before: 2" in node


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_a_filter_keeps_whole_visits(get_part):
    shown = text(get_part("sections/journey-flow", f="page:is:/docs"))
    assert "1 visit " in shown
    assert "/pricing 1 visit, 100%" in shown


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_a_page_that_nobody_saw_says_so_and_leads_back(get_part):
    shown = get_part("sections/journey-flow", anchor="page:/nothing", steps="2")
    assert "No visit in this period has /nothing." in text(shown)
    assert re.search(r'href="[^"]*/journeys\?period=30d&amp;steps=2"', shown.content.decode())


@pytest.mark.usefixtures("four_visits", "alice_client")
@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"anchor": "/pricing"}, "anchor: page: and a path"),
        ({"anchor": "page:"}, "anchor: page: and a path"),
        ({"direction": "up"}, "direction: one of from, to"),
        ({"steps": "6"}, "steps: a whole number from 1 to 5"),
        ({"breadth": "0", "events": "yes"}, "events: one of 0, 1; breadth: a whole number from 1 to 50"),
    ],
)
def test_what_cannot_be_looked_at_is_said(get_part, wrong, said):
    assert said in get_part("sections/journey-flow", 400, **wrong).content.decode()
    get_part("journeys", **wrong)


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_what_is_chosen_stays_in_the_links_of_the_page(get_part):
    chosen = {"anchor": "event:Signup", "direction": "to", "steps": "2", "events": "1"}
    page = html.unescape(get_part("journeys", **chosen).content.decode())
    kept = "anchor=event%3ASignup&direction=to&steps=2&events=1"
    assert f"/journeys?period=7d&{kept}" in page
    assert f"/sections/journey-flow?period=30d&{kept}" in page
    assert "/events?period=30d&anchor" not in page


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_pages_and_events_can_be_chosen_to_begin_with(get_part):
    def values(**asked):
        return [each["value"] for each in get_part("sections/journey-anchors", **asked).json()["options"]]

    assert values() == ["", "page:/", "page:/pricing", "page:/blog", "page:/docs", "page:/welcome", "event:Signup"]
    assert values(q="sign", f="page:is:/blog") == ["event:Signup"]
    assert values(q="/new") == ["page:/new"]


@pytest.mark.usefixtures("four_visits", "alice_client")
def test_entry_and_exit_pages_are_paired(get_part):
    shown = get_part("sections/journey-ends")
    assert "/ to /pricing Visits: 2 50%" in text(shown)
    assert "entry_page%3Ais%3A%2F&amp;f=exit_page%3Ais%3A%2Fpricing" in shown.content.decode()
    chosen = text(get_part("sections/journey-ends", f=["entry_page:is:/", "exit_page:is:/pricing"]))
    assert "/ to /pricing (is a filter) Visits: 2 100%" in chosen


@pytest.mark.usefixtures("four_visits")
def test_the_page_has_what_it_shows_as_a_file(get_part, alice_client):
    shown = get_part("sections/journey-flow", anchor="page:/pricing").content.decode()
    url = html.unescape(re.search(r'href="([^"]*)" download', shown)[1])
    assert alice_client.get(url).content.decode().startswith("column,kind,step,")


# --- The API --------------------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("four_visits")
def test_the_api_tells_the_same(get, project):
    answer = get("journeys", anchor="page:/", steps=1, breadth=1)
    assert {name: answer[name] for name in ("project_id", "direction", "steps", "breadth", "visits")} == {
        "project_id": str(project.pk),
        "direction": "from",
        "steps": 1,
        "breadth": 1,
        "visits": 3,
    }
    assert answer["anchor"] == {"kind": "pageview", "value": "/"}
    assert answer["columns"] == [
        [{"kind": "pageview", "value": "/", "visits": 3, "ended": 0, "values": 1}],
        [
            {"kind": "pageview", "value": "/pricing", "visits": 2, "ended": 1, "values": 1},
            {"kind": "other", "value": "", "visits": 1, "ended": 0, "values": 1},
        ],
    ]
    assert answer["links"] == [
        {"column": 0, "source": 0, "target": 0, "visits": 2},
        {"column": 0, "source": 0, "target": 1, "visits": 1},
    ]
    assert answer["meta"]["source"] == "events"


@pytest.mark.usefixtures("four_visits")
def test_custom_events_are_steps_when_the_api_is_asked_for_them(get):
    names = [node["value"] for node in get("journeys", anchor="page:/pricing", events=1)["columns"][1]]
    assert names == ["Signup"]


@pytest.mark.usefixtures("four_visits")
def test_the_rows_of_the_file_add_up(client, project, api_key):
    response = client.get(
        f"/api/v1/projects/{project.pk}/journeys",
        {"anchor": "page:/pricing", "format": "csv"},
        headers={"X-API-Key": api_key},
    )
    assert response["Content-Type"].startswith("text/csv")
    rows = list(csv.DictReader(StringIO(response.content.decode())))
    assert [(row["step"], row["other_kind"], row["other_step"], row["visits"], row["share"]) for row in rows] == [
        ("/pricing", "pageview", "/welcome", "1", "33.33"),
        ("/pricing", "end", "", "2", "66.67"),
        ("/welcome", "end", "", "1", "100.0"),
    ]


@pytest.mark.usefixtures("four_visits")
def test_the_api_says_everything_that_is_wrong(get):
    problem = get("journeys", status=400, anchor="x", direction="up", steps="many", format="xml")
    assert [(each["parameter"], each["code"]) for each in problem["errors"]] == [
        ("anchor", "unknown_anchor"),
        ("direction", "unknown_direction"),
        ("steps", "out_of_range"),
    ]
    assert get("journeys", status=400, format="xml")["errors"][0]["code"] == "unknown_format"


def test_nothing_is_an_answer_too(get):
    answer = get("journeys")
    assert (answer["visits"], answer["columns"], answer["links"]) == (0, [], [])
