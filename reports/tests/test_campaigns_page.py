"""The page of campaigns over HTTP: what its sections say, who gets the credit, files, links that are built."""

import csv
import json
import re
from datetime import timedelta
from io import StringIO
from urllib.parse import parse_qs, urlsplit

import pytest
from django.utils.html import strip_tags

from goals.models import Goal
from projects.models import IdentityMode
from reports.models import SharedLink
from reports.tests.conftest import NOW
from tracking.storage import get_store
from tracking.storage.tests import builders

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
SPRING = {"utm_campaign": "spring", "utm_source": "newsletter", "utm_medium": "email"}
AUTUMN = {"utm_campaign": "autumn", "utm_source": "Google", "utm_medium": "cpc"}
HOUR = timedelta(hours=1)


@pytest.fixture
def goal(project):
    return Goal.objects.create(project=project, name="Signed up", goal_type="event", target_event_name="signup")


@pytest.fixture
def other_goal(project):
    return Goal.objects.create(project=project, name="Read it all", goal_type="scroll", target_url_pattern="/")


@pytest.fixture
def visit(project):
    """A visit of one page, of a visitor of its own, which reached these goals."""

    def store(number, fields, *goals, at=NOW - HOUR, **more):
        row = builders.event(
            **{"project_id": project.pk, "visitor_id": number, "session_id": number, "occurred_at": at}
            | {"session_started_at": at} | fields | more
        )  # fmt: skip
        reached = [builders.completion(row, goal_id=each.pk) for each in goals]
        get_store().append(builders.message(row, completions=reached))

    return store


@pytest.fixture
def two_campaigns(visit, goal, other_goal):
    """Spring: three visits, one of which signed up. Autumn: two, which both read it all, and one paid. One of none."""
    visit(1, SPRING, goal)
    visit(2, SPRING)
    visit(3, SPRING)
    visit(4, AUTUMN, other_goal, value=20.0, currency="EUR")
    visit(5, AUTUMN, other_goal)
    visit(6, {}, goal)


@pytest.fixture
def section(alice_client, project):
    def section(name, *, status=200, client=alice_client, start="", **params):
        address = f"{start or f'/projects/{project.pk}'}/sections/{name}"
        response = client.get(address, {"period": "today"} | params)
        assert response.status_code == status, response.content
        return response

    return section


def text(response):
    return re.sub(r"\s+", " ", strip_tags(response.content.decode().replace("<", " <")))


def rows(response):
    """Each row of the table as its texts."""
    body = response.content.decode().partition("<tbody>")[2]
    found = []
    for row in re.findall(r"<tr.*?</tr>", body, re.DOTALL):
        name = re.search(r'value="([^"]*)"', row)
        cells = re.findall(r'<td class="num.*?</td>', row, re.DOTALL)
        found.append([name[1] if name else "", *(re.sub(r"\s+", " ", strip_tags(each)).strip() for each in cells)])
    return found


@pytest.mark.usefixtures("two_campaigns")
def test_the_table_says_what_each_campaign_brought(section):
    found = rows(section("campaign-table", compare="none"))
    assert found == [
        ["spring", "3", "3", "3", "100%", "0s", "1", "33%", "–"],
        ["autumn", "2", "2", "2", "100%", "0s", "2", "100%", "€20"],
    ]


@pytest.mark.usefixtures("two_campaigns")
@pytest.mark.parametrize(
    ("by", "values"),
    [
        ("source", ["newsletter", "Google"]),
        ("medium", ["email", "cpc"]),
        ("term", []),
        ("campaign", ["spring", "autumn"]),
    ],
)
def test_it_is_by_any_of_the_utm_parameters(section, by, values):
    assert [row[0] for row in rows(section("campaign-table", by=by))] == values


@pytest.mark.usefixtures("two_campaigns")
@pytest.mark.parametrize(
    ("sort", "first"),
    [("", "spring"), ("-visitors", "spring"), ("visitors", "autumn"), ("-completions", "autumn"), ("name", "autumn"),
     ("-name", "spring"), ("conversion_rate", "spring"), ("-revenue", "autumn"), ("-converted", "autumn")],
)  # fmt: skip
def test_it_is_sorted_by_any_column(section, sort, first):
    assert rows(section("campaign-table", sort=sort))[0][0] == first


@pytest.mark.usefixtures("two_campaigns")
def test_it_is_searched_in_any_case(section):
    assert [row[0] for row in rows(section("campaign-table", search="AUT"))] == ["autumn"]
    assert "Nothing in this list has “winter” in it." in text(section("campaign-table", search="winter"))


@pytest.mark.usefixtures("two_campaigns")
def test_where_filters_leave_none_they_can_be_cleared(section):
    found = text(section("campaign-table", f="page:is:/nothing-here"))
    assert "Nothing in this period fits the filters. Clear the filters" in found


@pytest.mark.usefixtures("two_campaigns")
def test_with_a_goal_only_its_completions_count(section, goal):
    found = rows(section("campaign-table", goal=str(goal.pk), compare="none"))
    assert [row[:1] + row[6:] for row in found] == [["spring", "1", "33%"], ["autumn", "0", "0%"]]


@pytest.mark.usefixtures("two_campaigns")
def test_what_is_shown_stands_in_the_address(section, project):
    response = section("campaign-table", by="source", sort="-visits", search="news")
    asked = parse_qs(urlsplit(response["HX-Replace-Url"]).query)
    assert (asked["by"], asked["sort"], asked["search"]) == (["source"], ["-visits"], ["news"])
    plain = section("campaign-table", by="campaign", sort="-visitors")
    assert not {"by", "sort", "attribution"} & parse_qs(urlsplit(plain["HX-Replace-Url"]).query).keys()


@pytest.mark.parametrize(
    "params",
    [{"by": "colour"}, {"sort": "luck"}, {"goal": "x"}, {"attribution": "middle"}, {"search": "\0"}, {"offset": "-1"}],
)
def test_what_is_not_possible_is_said(section, params):
    assert next(iter(params)) in text(section("campaign-table", status=400, **params))


def test_the_first_visit_of_a_known_visitor_gets_the_credit(section, visit, goal, project):
    project.identity_mode = IdentityMode.ANONYMOUS_ID
    project.save()
    visit(1, SPRING, at=NOW - timedelta(days=3))
    visit(2, AUTUMN, goal, at=NOW - HOUR, visitor_id=1, value=5.0, currency="USD")
    last = rows(section("campaign-table", compare="none"))
    first = rows(section("campaign-table", compare="none", attribution="first_touch"))
    assert last == [["autumn", "1", "1", "1", "100%", "0s", "1", "100%", "$5"]]
    assert first == [
        ["autumn", "1", "1", "1", "100%", "0s", "0", "0", "–"],
        ["spring", "0", "0", "0", "–", "–", "1", "1", "$5"],
    ]


def test_without_cookies_the_page_says_that_a_visitor_is_of_one_day(section, visit, goal):
    visit(1, SPRING, at=NOW - 3 * HOUR)
    visit(2, AUTUMN, goal, visitor_id=1)
    visit(3, {}, goal)
    response = section("campaign-table", attribution="first_touch", compare="none")
    assert [row[:1] + row[6:8] for row in rows(response)] == [["autumn", "0", "0"], ["spring", "1", "1"]]
    assert "without cookies a visitor is a visitor of one day" in text(response)
    assert "1 completion goes to no campaign" in text(response)


@pytest.mark.usefixtures("goal")
def test_amounts_of_several_currencies_stay_apart(section, visit):
    visit(1, SPRING, value=5.0, currency="EUR")
    visit(2, SPRING, value=7.0, currency="USD")
    visit(3, AUTUMN, value=1.0, currency="USD")
    assert [row[-1] for row in rows(section("campaign-table", compare="none"))] == ["€5 + $7", "$1"]


def test_without_goals_nothing_is_said_of_them(section, visit):
    visit(1, SPRING)
    assert "Completions" not in text(section("campaign-table"))


def test_a_campaign_in_detail_says_which_goals_were_reached(section, visit, goal, two_campaigns):
    found = text(section("campaign", campaign="spring"))
    assert "Signed up 1 33%" in found
    assert "Read it all" not in found
    assert "newsletter" in found
    assert "autumn" not in found
    section("campaign", status=400)


@pytest.fixture
def many(visit, goal):
    """Spring and autumn, 40 visits each, of which 30 and 4 signed up; summer only one."""
    for number in range(1, 41):
        visit(number, SPRING, *([goal] if number <= 30 else []))
        visit(100 + number, AUTUMN, *([goal] if number <= 4 else []))
    visit(200, {"utm_campaign": "summer"}, goal)


@pytest.mark.usefixtures("many")
def test_some_are_compared_and_what_is_more_than_chance_is_said(section):
    found = text(section("campaign-comparison", campaign=["autumn", "spring"]))
    assert "spring converts better than autumn: 75% against 10%." in found
    assert "By chance alone this would be seen in fewer than 1 of 1,000,000 cases." in found
    assert "Best, by more than chance: 75%" in found
    assert "Bounce rate 100% 100% No difference." in found


@pytest.mark.usefixtures("many")
def test_too_few_visits_tell_nothing(section):
    assert "Too few visits to tell." in text(section("campaign-comparison", campaign=["summer", "spring"]))


@pytest.mark.usefixtures("many")
def test_a_comparison_may_be_of_one_goal(section, goal, other_goal):
    assert "75% against 10%" in text(section("campaign-comparison", campaign=["autumn", "spring"], goal=str(goal.pk)))
    other = text(section("campaign-comparison", campaign=["autumn", "spring"], goal=str(other_goal.pk)))
    assert "Conversion rate 0% 0% No difference." in other


@pytest.mark.parametrize("campaign", [[], ["one"], list("abcdef"), ["a", "b\0"], ["a", "x" * 3000]])
def test_two_to_five_campaigns_are_compared(section, campaign):
    assert "campaign" in text(section("campaign-comparison", status=400, campaign=campaign))


@pytest.mark.usefixtures("two_campaigns")
def test_the_table_is_a_file(alice_client, project):
    response = alice_client.get(f"/projects/{project.pk}/campaigns/file?period=today&sort=-revenue")
    assert response["Content-Disposition"] == 'attachment; filename="campaigns-by-campaign-2026-11-20-2026-11-20.csv"'
    lines = list(csv.DictReader(StringIO(response.content.decode())))
    assert [(line["utm_campaign"], line["completions"], line["revenue_eur"]) for line in lines] == [
        ("autumn", "2", "20.0"),
        ("spring", "1", ""),
    ]


@pytest.mark.usefixtures("two_campaigns")
def test_the_table_is_json(alice_client, project):
    response = alice_client.get(
        f"/projects/{project.pk}/campaigns/file?period=today&format=json&by=source&attribution=first_touch"
    )
    document = json.loads(response.content)
    assert (document["attribution"], document["goal"]) == ("first_touch", None)
    assert document["results"][1]["utm_source"] == "Google"
    assert document["results"][1]["revenue"] == {"EUR": 20.0}


def test_a_file_that_cannot_be_is_refused(alice_client, project, visit):
    visit(1, SPRING)
    for query in ("format=xml", "by=colour", "period=nonsense"):
        assert alice_client.get(f"/projects/{project.pk}/campaigns/file?{query}").status_code == 400


def test_a_goal_of_somebody_else_is_no_goal(section, visit, mallory):
    from projects.actions.projects import create_project

    hers = create_project(organization=mallory.organizations.get(), name="Hers", domain="hers.example", timezone="UTC")
    goal = Goal.objects.create(project=hers, name="Secret", goal_type="event")
    visit(1, SPRING)
    assert "Secret" not in text(section("campaign-table", status=400, goal=str(goal.pk)))


# --- Shared links -----------------------------------------------------------------------------------------------------
@pytest.fixture
def shared(project, section, client):
    def shared(name, *, pages=("campaigns", "goals"), least=0, status=200, **params):
        link = SharedLink.objects.create(project=project, name="A", pages=list(pages), least_visitors=least)
        return section(name, client=client, start=f"/share/{link.slug}", status=status, **params)

    return shared


@pytest.mark.usefixtures("two_campaigns")
def test_a_shared_link_shows_the_table_and_nothing_to_compare_or_to_take_home(shared):
    found = text(shared("campaign-table", compare="none"))
    assert "spring" in found
    assert "Completions" in found
    assert not re.search("Download|Build a link|Compare", found)
    for name in ("campaign-comparison", "campaign-builder", "campaign-link"):
        shared(name, status=404)


@pytest.mark.usefixtures("two_campaigns")
def test_a_link_without_goals_says_nothing_of_them(shared, goal):
    assert "Completions" not in text(shared("campaign-table", pages=("campaigns",)))
    assert "Signed up" not in text(shared("campaign", pages=("campaigns",), campaign="spring"))


@pytest.mark.usefixtures("two_campaigns")
@pytest.mark.parametrize("attribution", ["last_touch", "first_touch"])
def test_campaigns_with_few_visitors_are_one_row_for_a_link(shared, attribution, visit):
    visit(7, {"utm_campaign": "winter"})
    visit(8, {"utm_campaign": "winter"})
    found = text(shared("campaign-table", least=3, attribution=attribution, compare="none"))
    assert "spring" in found
    assert "autumn" not in found
    assert "winter" not in found
    assert "€" not in found
    assert "Visitors over time" not in found


def test_of_a_campaign_with_enough_visitors_it_is_not_told_what_few_of_them_did(shared, visit, goal):
    for number in (1, 2, 3, 8):
        visit(number, SPRING, *([goal] if number == 1 else []), value=20.0, currency="EUR")
    for number in (4, 5, 6):
        visit(number, AUTUMN, *([goal] if number < 6 else []))
    visit(7, AUTUMN, value=9.0, currency="EUR")
    assert "€9" in text(shared("campaign-table", compare="none"))
    for found in (
        text(shared("campaign-table", least=3, compare="none")),
        text(shared("campaign", least=3, campaign="spring", compare="none")),
    ):
        assert "spring" in found
        assert "25%" not in found
        assert "€9" not in found
    assert "€80" in text(shared("campaign-table", least=3, compare="none"))


# --- Links that are built ---------------------------------------------------------------------------------------------
@pytest.mark.usefixtures("two_campaigns")
def test_a_link_is_built_and_says_how_its_visits_will_count(section):
    found = text(section("campaign-link", url="example.com/a?x=1#top", utm_source="newsletter", utm_medium="email",
                         utm_campaign="spring"))  # fmt: skip
    assert (
        "https://example.com/a?x=1&amp;utm_source=newsletter&amp;utm_medium=email&amp;utm_campaign=spring#top" in found
    )
    assert "source newsletter in the channel Email" in found


@pytest.mark.usefixtures("two_campaigns")
def test_another_spelling_of_what_was_used_before_is_told(section):
    found = text(section("campaign-link", url="https://example.com/", utm_source="News-Letter", utm_medium="email",
                         utm_campaign="x"))  # fmt: skip
    assert "It came in as “newsletter” before, with 3 visits." in found
    assert "Use “newsletter”" in found


@pytest.mark.usefixtures("two_campaigns")
def test_the_builder_suggests_what_was_used_before(section):
    assert 'value="newsletter"' in section("campaign-builder").content.decode()
