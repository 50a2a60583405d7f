"""The pages of funnels: the list, one funnel and its parts, the form, and what a shared link shows of them."""

import html
import json
import re
from datetime import timedelta
from uuid import uuid4

import pytest

from goals.models import Funnel, Goal
from projects.actions.projects import create_project
from reports.funnels.actions import MAX_FUNNELS, create_funnel
from reports.models import SharedLink
from reports.tests.conftest import GOOGLE, MINUTE, NOW, SIGNUP
from reports.tests.test_funnels_api import HOME, SIGNED_UP, STEPS

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ROW = {"step-kind": "page", "step-match": "exact", "step-event": "", "step-goal": "", "step-kept": "", "step-name": ""}


@pytest.fixture
def visits(store_events):
    """Seven visitors begin at /; six go on to the prices, the seventh to the docs; three of the six sign up."""
    for number in range(1, 8):
        began = NOW - timedelta(hours=3) + number * MINUTE
        of = {"visitor_id": number, "session_id": number, "session_started_at": began} | (GOOGLE if number < 4 else {})
        store_events(of | {"occurred_at": began})
        after = {"path": "/pricing" if number < 7 else "/docs"}
        store_events(of | {"occurred_at": began + 2 * MINUTE} | after)
        if number < 4:
            store_events(of | {"occurred_at": began + 5 * MINUTE} | SIGNUP)


@pytest.fixture
def funnel(project, alice):
    return create_funnel(project=project, by=alice, fields={"name": "To signup", "steps": STEPS})


@pytest.fixture
def part(alice_client, project):
    """A page or section of alice's project as text."""

    def part(path, status=200, who=alice_client):
        response = who.get(f"/projects/{project.pk}/{path}", headers={"HX-Request": "true"})
        assert response.status_code == status, response.content
        return text(response)

    return part


def text(response):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", response.content.decode())).split())


def form(*paths, **more):
    """Fields of the form, a row for each path."""
    rows = [{**ROW, "step-page": path} for path in paths]
    return {name: [row[name] for row in rows] for name in (*ROW, "step-page")} | more


@pytest.mark.usefixtures("visits")
def test_each_funnel_of_the_list_has_its_numbers(part, funnel):
    assert "Funnels" in part("funnels")
    listed = part("sections/funnel-list")
    assert "To signup" in listed
    card = part(f"sections/funnel-card?funnel={funnel.pk}")
    assert "43%" in card
    assert "3 of 7 visits" in card


@pytest.mark.usefixtures("visits")
def test_a_funnel_says_what_happened_at_each_step(part, funnel):
    shown = part(f"sections/funnel?funnel={funnel.pk}")
    for said in ("3 of 7 visits", "by visit", "1 left (14%)", "3 left (50%)", "Median 2m 00s to the next step"):
        assert said in shown
    # The same as a table: entered, of the step before, of the first step, continued, left, median.
    assert "Prices 6 86% 86% 3 3 3m 00s" in shown


@pytest.mark.usefixtures("visits")
def test_what_a_funnel_was_before_stands_beside_it(part, funnel, store_events):
    store_events({"visitor_id": 9, "session_id": 9, "occurred_at": NOW - timedelta(days=1, hours=2)})
    assert "against 1 before" in part(f"sections/funnel?funnel={funnel.pk}&period=today")
    assert "Entered before" not in part(f"sections/funnel?funnel={funnel.pk}&period=today&compare=none")


@pytest.mark.usefixtures("visits")
def test_a_split_has_a_row_for_each_value_and_its_choice_is_in_the_address(part, funnel, alice_client, project):
    address = f"sections/funnel-groups?funnel={funnel.pk}&breakdown=source"
    shown = part(address)
    assert "Direct / none 4 75% 3 0% 0" in shown
    assert "Google 3 100% 3 100% 3" in shown
    page = f"http://testserver/projects/{project.pk}/funnels/{funnel.pk}?period=today"
    response = alice_client.get(
        f"/projects/{project.pk}/{address}", headers={"HX-Request": "true", "HX-Current-URL": page}
    )
    assert response["HX-Replace-Url"].endswith(f"/funnels/{funnel.pk}?period=today&breakdown=source")
    part(f"sections/funnel-groups?funnel={funnel.pk}&breakdown=goal", 400)
    part(f"sections/funnel-groups?funnel={funnel.pk}&breakdown=nonsense", 400)


@pytest.mark.usefixtures("visits")
def test_who_left_a_step_went_somewhere(part, funnel):
    shown = part(f"sections/funnel-drops?funnel={funnel.pk}&step=1")
    assert "1 visit came to “/” and not to “Prices”" in shown
    assert "/docs 1 100%" in shown
    assert "Left the site 3 100%" in part(f"sections/funnel-drops?funnel={funnel.pk}&step=2")
    part(f"sections/funnel-drops?funnel={funnel.pk}&step=3", 400)


@pytest.mark.usefixtures("visits")
def test_visitors_without_cookies_are_said_to_be_of_one_day(part, project, alice):
    by_visitor = {"name": "By visitor", "steps": STEPS, "by": "visitor"}
    funnel = create_funnel(project=project, by=alice, fields=by_visitor)
    assert "a visitor is a visitor of one day" in part(f"sections/funnel?funnel={funnel.pk}")


@pytest.mark.usefixtures("visits")
def test_without_funnels_there_is_an_example_of_what_the_project_receives(part):
    shown = part("sections/funnel-list")
    for each in ("/", "/pricing", "Signup", "Build this funnel"):
        assert each in shown


@pytest.mark.usefixtures("visits")
def test_the_form_shows_its_numbers_and_says_them_in_the_address(alice_client, project):
    page = f"http://testserver/projects/{project.pk}/funnels/new?period=today"
    response = alice_client.get(
        f"/projects/{project.pk}/sections/funnel-draft",
        form("/", "/pricing", window="1h", by="visit", order="loose"),
        headers={"HX-Request": "true", "HX-Current-URL": page},
    )
    assert "6 of 7 visits" in text(response)
    address = response["HX-Replace-Url"]
    assert "window=1h" in address
    again = alice_client.get(address)
    assert 'value="/pricing"' in again.content.decode()


@pytest.mark.usefixtures("visits")
@pytest.mark.parametrize("paths", [(), ("/",), ("", "")])
def test_an_unfinished_form_waits_without_complaint(alice_client, project, paths):
    response = alice_client.get(f"/projects/{project.pk}/sections/funnel-draft", form(*paths))
    assert "Say two steps or more" in text(response)


@pytest.mark.usefixtures("visits")
def test_a_funnel_is_saved_changed_and_deleted(alice_client, project):
    url = f"/projects/{project.pk}/funnels"
    saved = alice_client.post(f"{url}/new?period=7d", form("/", "/pricing", name="Prices", by="visitor", window="7d"))
    funnel = Funnel.objects.get()
    assert saved.url == f"{url}/{funnel.pk}?period=7d"
    assert (funnel.name, funnel.by, funnel.window_s) == ("Prices", "visitor", 7 * 86_400)
    edited = alice_client.get(f"{url}/{funnel.pk}/edit").content.decode()
    assert 'value="/pricing"' in edited
    alice_client.post(f"{url}/{funnel.pk}/edit", form("/docs", "/", name="Docs"))
    funnel.refresh_from_db()
    assert (funnel.name, funnel.by, len(funnel.steps)) == ("Docs", "visit", 2)
    assert alice_client.post(f"{url}/{funnel.pk}/delete").url == url
    assert not Funnel.objects.exists()


@pytest.mark.usefixtures("visits", "funnel")
@pytest.mark.parametrize(
    ("sent", "said"),
    [
        (form("/", "/pricing", name=""), "Give it a name."),
        (form("/", "/pricing", name="to SIGNUP"), "There is a funnel of this name already."),
        (form("/", "", name="New"), "A funnel has two steps or more."),
        (form("/", "/pricing", name="New", window="custom", **{"window-number": "x"}), "90 days at most"),
    ],
)
def test_a_form_that_cannot_be_saved_says_why_and_keeps_what_was_typed(alice_client, project, sent, said):
    response = alice_client.post(f"/projects/{project.pk}/funnels/new", sent)
    assert said in text(response)
    assert 'name="step-page" value="/"' in response.content.decode()
    assert Funnel.objects.count() == 1


@pytest.mark.usefixtures("visits")
def test_there_are_only_so_many_funnels(alice_client, project):
    Funnel.objects.bulk_create(Funnel(project=project, name=f"{at}", steps=STEPS) for at in range(MAX_FUNNELS))
    response = alice_client.post(f"/projects/{project.pk}/funnels/new", form("/", "/pricing", name="One more"))
    assert f"At most {MAX_FUNNELS} funnels" in text(response)


@pytest.mark.usefixtures("visits")
def test_a_funnel_whose_goal_is_gone_says_at_which_step_and_can_be_mended(part, project, alice):
    goal = Goal.objects.create(project=project, name="Sign up", goal_type="event", target_event_name="Signup")
    steps = [HOME, {"goal": str(goal.pk)}]
    funnel = create_funnel(project=project, by=alice, fields={"name": "To goal", "steps": steps})
    Goal.objects.filter(pk=goal.pk).update(deleted_at=NOW)
    for section in ("funnel", "funnel-card"):
        shown = part(f"sections/{section}?funnel={funnel.pk}")
        assert "Deleted goal deleted" in shown
        assert "Change its steps" in shown
    assert "This goal was deleted. Choose another one." in part(f"funnels/{funnel.pk}/edit")


@pytest.mark.usefixtures("visits")
def test_a_funnel_is_a_file_for_the_period_and_split_of_the_page(alice_client, project, funnel):
    url = f"/projects/{project.pk}/funnels/{funnel.pk}/csv?period=today&breakdown=source"
    response = alice_client.get(url)
    assert response["Content-Disposition"] == 'attachment; filename="to-signup.csv"'
    assert b"Google,3,Signup,3" in response.content
    assert alice_client.get(url.replace("source", "nonsense")).status_code == 302


@pytest.mark.usefixtures("visits")
def test_viewers_look_and_try_and_do_not_write(part, funnel, signed_in, bob, project):
    viewer = signed_in(bob)
    assert "New funnel" not in part("funnels", who=viewer)
    assert "Save funnel" not in part("funnels/new", who=viewer)
    assert "3 of 7" in part(f"sections/funnel?funnel={funnel.pk}", who=viewer)
    url = f"/projects/{project.pk}/funnels"
    for each in (f"{url}/new", f"{url}/{funnel.pk}/edit", f"{url}/{funnel.pk}/delete"):
        assert viewer.post(each, form("/", "/a", name="Mine")).status_code == 404
    assert viewer.get(f"{url}/{funnel.pk}/edit").status_code == 404


@pytest.mark.usefixtures("visits")
def test_another_projects_funnel_is_not_there(part, project, mallory, store_events):
    site = create_project(organization=mallory.organizations.get(), name="Hers", domain="example.net", timezone="UTC")
    hers = Funnel.objects.create(project=site, name="Hers", steps=STEPS)
    for each in (hers.pk, uuid4(), "nonsense"):
        for section in ("funnel", "funnel-card", "funnel-groups", "funnel-drops"):
            part(f"sections/{section}?funnel={each}", 404)
    for each in (hers.pk, uuid4()):
        for page in ("", "/edit", "/csv"):
            part(f"funnels/{each}{page}", 404)


@pytest.mark.usefixtures("visits")
@pytest.mark.parametrize("steps", ["", "nonsense", "[]", '[{"goal":"x"},{}]'])
def test_a_funnel_in_an_address_that_is_none_is_refused_in_plain_words(part, steps):
    part(f"sections/funnel-drops?steps={steps}", 400)
    assert "no funnel that can be shown" in part(f"funnels/new?steps={steps}")


@pytest.fixture
def link(project):
    return SharedLink.objects.create(project=project, name="Board", least_visitors=5, pages=["funnels"])


@pytest.mark.usefixtures("visits")
def test_a_shared_link_shows_funnels_without_what_few_visitors_did(client, link, funnel):
    listed = text(client.get(f"/share/{link.slug}/sections/funnel-list"))
    assert "To signup" in listed
    shown = text(client.get(f"/share/{link.slug}/sections/funnel?funnel={funnel.pk}"))
    assert "<5 of 7 visitors" in shown
    # One left the first step, and three came to the last one: neither is told.
    assert "left (" not in shown
    assert "3" not in re.findall(r"\b\d+\b", shown.split("Table")[0].replace("3 Signup", ""))
    groups = text(client.get(f"/share/{link.slug}/sections/funnel-groups?funnel={funnel.pk}&breakdown=source"))
    assert "too few visitors" in groups


@pytest.mark.usefixtures("visits")
def test_a_shared_link_splits_a_funnel_where_enough_came_by_each_value(client, link, funnel):
    link.least_visitors = 0
    link.save()
    groups = text(client.get(f"/share/{link.slug}/sections/funnel-groups?funnel={funnel.pk}&breakdown=source"))
    assert "Google 3" in groups
    assert "Direct / none 4" in groups


@pytest.mark.usefixtures("visits")
@pytest.mark.parametrize("breakdown", ["prop:email", "title", "event_name"])
def test_a_shared_link_splits_a_funnel_only_by_what_its_page_offers(client, link, funnel, breakdown):
    answer = client.get(f"/share/{link.slug}/sections/funnel-groups?funnel={funnel.pk}&breakdown={breakdown}")
    assert (answer.status_code, answer.content.decode()) == (400, "breakdown: this link does not show its values")


@pytest.mark.usefixtures("visits")
def test_a_shared_link_has_no_more_than_saved_funnels_and_only_where_its_owner_chose_so(client, link, funnel, project):
    steps = json.dumps([HOME, SIGNED_UP])
    for section in (f"funnel?steps={steps}", f"funnel-drops?funnel={funnel.pk}", "funnel-draft", "funnel-card"):
        assert client.get(f"/share/{link.slug}/sections/{section}").status_code == 404
    other = SharedLink.objects.create(project=project, name="Old")
    assert client.get(f"/share/{other.slug}/sections/funnel?funnel={funnel.pk}").status_code == 404


@pytest.mark.usefixtures("visits")
def test_conditions_that_the_form_has_no_fields_for_stay_in_words(alice_client, project):
    kept = {**ROW, "step-kind": "kept", "step-page": "", "step-kept": '[["is", "country", ["DE"]]]'}
    first = {**ROW, "step-page": "/"}
    sent = {name: [first[name], kept[name]] for name in (*ROW, "step-page")}
    assert "Country is Germany" in text(alice_client.post(f"/projects/{project.pk}/funnels/new", sent | {"name": ""}))
