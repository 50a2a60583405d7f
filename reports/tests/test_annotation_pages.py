"""Annotations in the settings, on the chart, and in the dialog behind a marker."""

import json
import re
from datetime import UTC, datetime, timedelta

import pytest

from projects.models import Role
from reports.models import Annotation
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
HTMX = {"HX-Request": "true"}
NEW_ID = "11111111-1111-4111-8111-111111111111"
FIELDS = {
    "new_id": NEW_ID,
    "title": "Release",
    "day": "2026-11-18",
    "time": "10:30",
    "kind": "release",
    "text": "",
    "url": "",
}


@pytest.fixture
def pages(project):
    return f"/projects/{project.pk}/settings/annotations"


def note(project, title, at=NOW, **fields):
    return Annotation.objects.create(project=project, title=title, occurred_at=at, **fields)


def markers(client, project, query=""):
    html = client.get(f"/projects/{project.pk}/sections/series?{query}").content.decode()
    return json.loads(re.search(r'id="series-data"[^>]*>(.*?)</script>', html)[1])["annotations"]


def test_one_is_added_changed_and_deleted_on_pages(alice_client, project, pages):
    assert alice_client.post(f"{pages}/new", FIELDS).url == pages
    made = Annotation.objects.get()
    assert made.occurred_at == datetime(2026, 11, 18, 9, 30, tzinfo=UTC)  # Berlin's half past ten
    assert b"18 Nov 2026, 10:30" in alice_client.get(pages).content
    assert b'value="10:30"' in alice_client.get(f"{pages}/{made.pk}").content
    alice_client.post(f"{pages}/{made.pk}", FIELDS | {"time": "", "title": "All day"})
    made.refresh_from_db()
    assert (made.title, made.occurred_on.isoformat()) == ("All day", "2026-11-18")
    assert alice_client.post(f"{pages}/{made.pk}/delete").url == pages
    assert b"No annotations yet" in alice_client.get(pages).content


def test_what_is_sent_twice_is_added_once(alice_client, pages):
    for headers in ({}, HTMX):
        alice_client.post(f"{pages}/new", FIELDS)
        alice_client.post(f"{pages}/new", FIELDS | {"title": "Another"}, headers=headers)
    assert [each.title for each in Annotation.objects.all()] == ["Release"]


def test_in_the_dashboards_dialog_the_page_is_loaded_anew(alice_client, project, pages):
    form = alice_client.get(f"{pages}/new", headers=HTMX).content.decode()
    assert "<html" not in form
    assert 'value="2026-11-20"' in form
    answer = alice_client.post(f"{pages}/new", FIELDS, headers=HTMX)
    assert answer.headers["HX-Refresh"] == "true"
    assert Annotation.objects.get().created_by.email == "alice@example.com"


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"title": ""}, "This field is required."),
        ({"day": "soon"}, "Enter a valid date."),
        ({"day": "0001-01-01"}, "Choose a day of this century."),
        ({"time": "25:00"}, "Enter a valid time."),
        ({"url": "javascript:alert(1)"}, "Enter a valid URL."),
        ({"kind": "party"}, "Select a valid choice."),
    ],
)
def test_what_is_wrong_is_said_at_its_field(alice_client, pages, wrong, said):
    for headers in ({}, HTMX):
        page = alice_client.post(f"{pages}/new", FIELDS | wrong, headers=headers).content.decode()
        assert said in page
    assert not Annotation.objects.exists()


def test_viewers_read_and_outsiders_find_nothing(client, project, pages, bob, mallory, organization):
    made = note(project, "Release")
    client.force_login(bob)
    assert b"Release" in client.get(pages).content
    for address in (f"{pages}/new", f"{pages}/{made.pk}"):
        assert client.get(address).status_code == 404
        assert client.post(address, FIELDS).status_code == 404
    assert client.post(f"{pages}/{made.pk}/delete").status_code == 404
    organization.memberships.filter(user=bob).update(role=Role.EDITOR)
    assert client.get(f"{pages}/{made.pk}").status_code == 200
    client.force_login(mallory)
    assert client.get(pages).status_code == 404
    told = f"/projects/{project.pk}/sections/annotations?ids={made.pk}"
    assert client.get(told, headers=HTMX).status_code == 404
    assert Annotation.objects.count() == 1


def test_the_list_is_searched_and_comes_in_pages(alice_client, project, pages):
    for number in range(60):
        note(project, f"Number {number:02}", NOW - timedelta(days=number), text="<b>&" if number == 59 else "")
    first = alice_client.get(pages).content.decode()
    assert "Number 00" in first
    assert "Number 59" not in first
    last = alice_client.get(f"{pages}?page=2").content.decode()
    assert "Number 59" in last
    assert "&lt;b&gt;&amp;" in last
    found = alice_client.get(f"{pages}?q=number 4").content.decode()
    assert "Number 41" in found
    assert "Number 51" not in found
    assert alice_client.get(f"{pages}?q=%00&page=x").status_code == 200


@pytest.mark.usefixtures("three_visits")
def test_the_chart_has_a_marker_for_each_bucket_with_annotations(alice_client, project):
    at = {name: note(project, name, moment) for name, moment in {
        "a week ago": NOW - timedelta(days=7),
        "in the morning": NOW - timedelta(hours=4),
        "just before midnight": datetime(2026, 11, 18, 22, 59, tzinfo=UTC),
    }.items()}  # fmt: skip
    note(project, "all of Thursday", datetime(2026, 11, 18, 23, tzinfo=UTC), occurred_on=NOW.date() - timedelta(days=1))
    note(project, "long ago", NOW - timedelta(days=400))
    found = markers(alice_client, project, "period=7d")
    assert [(each["index"], each["titles"]) for each in found] == [
        (4, ["just before midnight"]), (5, ["all of Thursday"]), (6, ["in the morning"]),
    ]  # fmt: skip
    assert str(at["in the morning"].pk) in found[-1]["url"]
    weeks = markers(alice_client, project, "period=30d&interval=week")
    assert [(each["index"], each["count"]) for each in weeks][-1] == (4, 3)
    hours = markers(alice_client, project, "period=today&interval=hour")
    assert [each["index"] for each in hours] == [8]


@pytest.mark.usefixtures("three_visits")
def test_a_marker_opens_its_annotations_with_before_and_after(alice_client, project):
    made = note(project, "Redesign <new>", NOW - timedelta(days=20), text="All of it", url="https://example.com/x")
    sections = f"/projects/{project.pk}/sections"
    told = alice_client.get(f"{sections}/annotations?ids={made.pk},nonsense", headers=HTMX).content.decode()
    assert "Redesign &lt;new&gt;" in told
    assert 'rel="noopener noreferrer nofollow"' in told
    impact = alice_client.get(f"{sections}/annotation-impact?id={made.pk}&days=7", headers=HTMX).content.decode()
    assert "Before and after" in impact
    assert "Unique visitors" in impact
    in_german = HTMX | {"Accept-Language": "de"}
    impact = alice_client.get(f"{sections}/annotation-impact?id={made.pk}&days=7", headers=in_german).content.decode()
    assert "Eindeutige Besucher" in impact
    assert alice_client.get(f"{sections}/annotations?ids=nonsense", headers=HTMX).status_code == 404
    assert alice_client.get(f"{sections}/annotation-impact", headers=HTMX).status_code == 404


def test_before_the_days_are_over_the_dialog_says_when_they_will_be(alice_client, project):
    made = note(project, "Redesign", NOW - timedelta(days=1))
    address = f"/projects/{project.pk}/sections/annotation-impact?id={made.pk}&days=28"
    assert "are not over before 18 Dec 2026" in alice_client.get(address, headers=HTMX).content.decode()
