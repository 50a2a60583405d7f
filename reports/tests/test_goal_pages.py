"""The pages of goals: the list with its numbers, one goal, the form, what it would have counted, and the file."""

import html
import re

import pytest
from django.urls import reverse

from goals.actions import create_goal
from goals.models import Fill, Goal, State
from reports.tests.conftest import GOOGLE, MINUTE, NOW, SIGNUP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PAGE = {"name": "Thanks", "goal_type": "pageview", "target_url_pattern": "/thanks"}
EVENT = {"name": "Signup", "goal_type": "event", "target_event_name": "Signup"}
# What a browser sends of the form, whatever the type.
FORM = {
    "goal_type": "pageview",
    "target_event_type": "custom",
    "target_event_name": "",
    "value_property": "",
    "target_value": "",
    "url_match": "exact",
    "target_url_pattern": "",
    "name": "",
    "description": "",
}
SECTIONS = ["goal-state", "goal-totals", "goal-series", "goal-latest", "goal-pages", "goal-sources", "goal-countries"]


@pytest.fixture
def at(project):
    """An address below the project's."""
    return lambda path: f"/projects/{project.pk}/{path}"


@pytest.fixture
def thanks(project):
    return create_goal(project=project, by=None, **PAGE)


@pytest.fixture
def sales(project, thanks, store_events):
    """Of four visits today one sees the thanks twice, and one, from Google, pays in two currencies."""
    signup = create_goal(project=project, by=None, **EVENT)
    Fill.objects.update(state=State.DONE)
    later = {"session_started_at": NOW}
    store_events(
        *({"visitor_id": n, "session_id": n} for n in (1, 2, 3)),
        {"visitor_id": 4, "session_id": 4} | GOOGLE,
        {"visitor_id": 1, "session_id": 1, "occurred_at": NOW + MINUTE, "path": "/thanks"} | later,
        {"visitor_id": 1, "session_id": 1, "occurred_at": NOW + 2 * MINUTE, "path": "/thanks"} | later,
        *(
            {"visitor_id": 4, "session_id": 4, "occurred_at": NOW + n * MINUTE, "value": value, "currency": currency}
            | GOOGLE | SIGNUP | later
            for n, value, currency in ((1, 30.0, "EUR"), (2, 12.5, "USD"))
        ),
    )  # fmt: skip
    return signup


def text(response):
    shown = re.sub(r"<(script|style|template)[^>]*>.*?</\1>", " ", response.content.decode(), flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", shown)).split())


def test_the_list_says_how_often_each_goal_was_reached(alice_client, at, sales):
    shown = text(alice_client.get(at("sections/goal-list?period=today")))
    assert "Thanks Page is /thanks 2 1 1 25%" in shown
    assert re.search(r"Signup Event Signup 2 1 1 25% €30 US\$12\.50|Signup Event Signup 2 1 1 25% €30 \$12\.50", shown)


def test_the_list_is_in_the_order_that_is_asked_for(alice_client, at, sales):
    def names(sort):
        return re.findall(
            r'goals__link" href="[^"]+">(\w+)<',
            alice_client.get(at(f"sections/goal-list?sort={sort}")).content.decode(),
        )

    assert names("name") == ["Signup", "Thanks"]
    assert names("-name") == ["Thanks", "Signup"]
    assert names("-revenue") == ["Signup", "Thanks"]
    assert alice_client.get(at("sections/goal-list?sort=colour")).status_code == 400


def test_a_filter_on_one_goal_leaves_the_others_without_numbers(alice_client, at, sales, thanks):
    shown = text(alice_client.get(at(f"sections/goal-list?period=today&f=goal:is:{thanks.pk}")))
    assert "Thanks Page is /thanks 2 1 1 25%" in shown
    assert "Signup Event Signup 0 0 0 0%" in shown


@pytest.mark.parametrize("section", SECTIONS)
def test_each_section_of_a_goal_stands_alone(alice_client, at, sales, section):
    assert alice_client.get(at(f"sections/{section}?period=today&goal={sales.pk}")).status_code == 200
    assert alice_client.get(at(f"sections/{section}?goal={Goal().pk}")).status_code == 404
    assert alice_client.get(at(f"sections/{section}?goal=nonsense")).status_code == 404


def test_one_goal_is_told_by_number_page_and_source(alice_client, at, sales):
    asked = f"?period=today&goal={sales.pk}"
    totals = text(alice_client.get(at(f"sections/goal-totals{asked}")))
    assert re.search(r"Completions 2 .*Converted visits 1 .*Unique visitors 1 .*Conversion rate 25%", totals)
    assert re.search(r"Google .*: 1 .*: 100%", text(alice_client.get(at(f"sections/goal-sources{asked}"))))
    assert text(alice_client.get(at(f"sections/goal-latest{asked}"))).count("Signup") == 2


def test_viewers_look_and_do_not_touch(at, signed_in, bob, thanks, sales):
    browser = signed_in(bob)
    assert "New goal" not in text(browser.get(at("sections/goal-list")))
    page = text(browser.get(at(f"goals/{thanks.pk}")))
    assert "Thanks" in page
    assert "Edit" not in page
    assert browser.get(at("sections/goal-suggestions")).content == b""
    for path in ("goals/new", f"goals/{thanks.pk}/edit"):
        assert browser.get(at(path)).status_code == 404
    for path in ("goals/new", "goals/preview", *(f"goals/{thanks.pk}/{each}" for each in ("edit", "pause", "delete"))):
        assert browser.post(at(path), FORM | PAGE).status_code == 404


def test_without_goals_the_page_explains_and_suggests(alice_client, at, three_visits):
    assert "No goals yet" in text(alice_client.get(at("sections/goal-list")))
    suggested = alice_client.get(at("sections/goal-suggestions"))
    assert "Signup 1 time Add" in text(suggested)
    sent = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', suggested.content.decode()))
    alice_client.post(at("goals/new"), {name: value for name, value in sent.items() if name != "csrfmiddlewaretoken"})
    assert Goal.objects.get().target_event_name == "Signup"


def test_a_goal_is_made_by_the_form_and_named_by_what_it_is(alice_client, at, three_visits):
    made = alice_client.post(at("goals/new"), FORM | {"target_url_pattern": "/pricing"})
    goal = Goal.objects.get()
    assert made.url == at(f"goals/{goal.pk}")
    assert (goal.name, goal.url_match, goal.target_event_type) == ("Page is /pricing", "exact", "")


def test_what_the_chosen_type_does_not_use_is_left_out(alice_client, at, three_visits):
    typed = FORM | {"goal_type": "scroll", "target_value": "75", "target_event_name": "Signup", "value_property": "x"}
    alice_client.post(at("goals/new"), typed | {"url_match": "wildcard", "target_url_pattern": "/blog/*"})
    goal = Goal.objects.get()
    assert (goal.name, goal.target_event_name, goal.target_value) == ("Scrolls to 75% of /blog/*", "", 75)


def test_rows_of_properties_become_conditions(alice_client, at, three_visits):
    rows = {
        "condition": ["0", "7", "8"],
        "condition-0-key": "plan",
        "condition-0-operator": "is",
        "condition-0-value": ["pro", "team"],
        "condition-7-key": "",
        "condition-7-operator": "is",
        "condition-7-value": "",
        "condition-8-key": "seats",
        "condition-8-operator": "gte",
        "condition-8-value": "5",
    }
    alice_client.post(at("goals/new"), FORM | {"goal_type": "event", "target_event_name": "Signup"} | rows)
    goal = Goal.objects.get()
    assert goal.conditions == [
        {"key": "plan", "operator": "is", "values": ["pro", "team"]},
        {"key": "seats", "operator": "gte", "values": ["5"]},
    ]
    assert goal.name == "Event Signup where plan is pro or team and seats is 5 or more"
    form = alice_client.get(at(f"goals/{goal.pk}/edit")).content.decode()
    assert re.findall(r'name="condition-0-value" value="(\w+)"', form) == ["pro", "team"]


def test_a_fault_is_shown_at_its_field_and_nothing_typed_is_lost(alice_client, at, three_visits):
    typed = FORM | {"target_url_pattern": "pricing", "description": "All who look"}
    page = alice_client.post(at("goals/new"), typed).content.decode()
    assert re.search(r'id="fault-target_url_pattern">.*begins with a slash', page)
    assert 'value="pricing"' in page
    assert "All who look" in page
    assert not Goal.objects.exists()


def test_a_name_that_is_taken_is_said(alice_client, at, three_visits, thanks):
    page = alice_client.post(at("goals/new"), FORM | {"target_url_pattern": "/x", "name": "thanks"}).content.decode()
    assert re.search(r'id="fault-name">.*Another goal has this name', page)


def test_a_goal_is_changed_paused_resumed_and_deleted(alice_client, at, three_visits, thanks):
    alice_client.post(at(f"goals/{thanks.pk}/edit"), FORM | {"target_url_pattern": "/danke", "name": "Danke"})
    thanks.refresh_from_db()
    assert (thanks.name, thanks.target_url_pattern, thanks.version) == ("Danke", "/danke", 2)
    alice_client.post(at(f"goals/{thanks.pk}/pause"))
    assert "Paused" in text(alice_client.get(at(f"sections/goal-state?goal={thanks.pk}")))
    alice_client.post(at(f"goals/{thanks.pk}/resume"))
    assert Goal.objects.get(pk=thanks.pk).is_active
    page = alice_client.post(at(f"goals/{thanks.pk}/delete"), follow=True)
    assert "The goal “Danke” is deleted." in text(page)
    assert alice_client.get(at(f"goals/{thanks.pk}")).status_code == 404


def test_counting_shows_how_far_it_is_and_a_failure_can_be_tried_again(alice_client, at, three_visits, thanks):
    counting = alice_client.get(at("sections/goal-list"))
    assert "Counting past events: 0%" in text(counting)
    assert "every 1s" in counting.content.decode()
    Fill.objects.filter(goal=thanks).update(state=State.FAILED)
    failed = alice_client.get(at("sections/goal-list"))
    assert "Past events could not be counted. Try again" in text(failed)
    assert "every 1s" not in failed.content.decode()
    again = alice_client.post(at(f"goals/{thanks.pk}/resume"), headers={"HX-Request": "true"})
    assert again["HX-Refresh"] == "true"
    assert Fill.objects.get().state == State.WAITING


def test_the_preview_counts_what_was_there(alice_client, at, three_visits):
    found = alice_client.post(at("goals/preview"), FORM | {"target_url_pattern": "/pricing"})
    assert "Would have matched 1 time by 1 visitor in the last 30 days." in text(found)
    assert 'data-proposed-name="Page is /pricing"' in found.content.decode()
    nothing = alice_client.post(at("goals/preview"), FORM | {"target_url_pattern": "/nowhere"})
    assert "Would have matched nothing in the last 30 days." in text(nothing)


def test_the_preview_says_what_is_wrong_but_not_what_is_missing_yet(alice_client, at, three_visits):
    assert "needed" not in text(alice_client.post(at("goals/preview"), FORM))
    typed = FORM | {"target_url_pattern": "(", "url_match": "regex"}
    assert "no regular expression" in text(alice_client.post(at("goals/preview"), typed))


def test_the_preview_says_when_it_takes_too_long(alice_client, at, three_visits, monkeypatch):
    monkeypatch.setattr("goals.preview.MAX_EVENTS", 0)
    found = text(alice_client.post(at("goals/preview"), FORM | {"target_url_pattern": "/pricing"}))
    assert "There are too many events to look through now." in found


def test_the_file_has_the_numbers_of_the_page(alice_client, at, sales):
    answer = alice_client.get(at("goals/csv?period=today"))
    assert answer["Content-Disposition"] == 'attachment; filename="example-com-goals-2026-11-20-2026-11-20.csv"'
    lines = answer.content.decode("utf-8-sig").splitlines()
    assert lines[0] == "goal,type,meaning,completions,converted_visits,visitors,conversion_rate,revenue_EUR,revenue_USD"
    assert lines[1:] == [
        "Signup,event,Event Signup,2,1,1,25.0,30.0,12.5",
        "Thanks,pageview,Page is /thanks,2,1,1,25.0,,",
    ]
    assert alice_client.get(at("goals/csv?period=never")).status_code == 400


def test_the_list_leads_to_the_visits_that_reached_a_goal(alice_client, at, sales, thanks):
    shown = alice_client.get(at("sections/goal-list?period=today")).content.decode()
    assert f"f=goal%3Ais%3A{thanks.pk}" in shown
    assert reverse("reports:goals", args=(thanks.project_id, thanks.pk)) in shown


def test_a_shared_link_shows_goals_without_what_few_visitors_did(client, project, sales, alice):
    from reports.shared_links import create_link

    few = create_link(project=project, by=alice, name="Careful", pages=["goals"], least_visitors=2)
    shown = text(client.get(f"/share/{few.slug}/sections/goal-list?period=today"))
    assert "Signup Event Signup – – – –" in shown
    assert "fewer than 2 visitors, or none" in shown
    for name in ("New goal", "Download CSV", "Show only", "over time"):
        assert name not in shown
    everything = create_link(project=project, by=alice, name="All", pages=["goals"], least_visitors=0)
    assert "Thanks Page is /thanks 2 1 1 25%" in text(
        client.get(f"/share/{everything.slug}/sections/goal-list?period=today")
    )
    assert client.get(f"/share/{everything.slug}/goals").status_code == 200
    for section in (*SECTIONS, "goal-suggestions"):
        assert client.get(f"/share/{everything.slug}/sections/{section}?goal={sales.pk}").status_code == 404


def test_only_custom_events_have_a_name(alice_client, at, three_visits):
    typed = {"goal_type": "event", "target_event_type": "download", "target_event_name": "Signup"}
    alice_client.post(at("goals/new"), FORM | typed)
    goal = Goal.objects.get()
    assert (goal.name, goal.target_event_type, goal.target_event_name) == ("Download", "download", "")
