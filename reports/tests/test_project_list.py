"""The list of projects with their numbers, and the menu that switches between them."""

import re
import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse

from analytics_pulse import clock
from projects.actions.organizations import create_organization
from projects.actions.projects import create_project
from projects.models import Project
from tracking.storage import get_store
from tracking.storage.base import QueryTooLarge, StoreUnavailable
from tracking.storage.tests import builders

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def make(organization) -> Callable[..., Project]:
    def make(name: str, **fields: Any) -> Project:
        domain = f"{name.lower().replace(' ', '-')}.example"
        return create_project(**{"organization": organization, "name": name, "domain": domain} | fields)

    return make


@pytest.fixture
def visit() -> Callable[..., None]:
    """So many visitors came to a project so many hours ago."""

    def visit(project: Project, visitors: int, hours_ago: float = 0) -> None:
        at = clock.now() - hours_ago * HOUR
        ids = (uuid.uuid5(project.pk, f"{hours_ago} {number}").int >> 66 for number in range(visitors))
        rows = [
            builders.event(
                project_id=project.pk, occurred_at=at, session_started_at=at, visitor_id=visitor, session_id=visitor
            )
            for visitor in ids
        ]
        get_store().append(builders.message(*rows))

    return visit


@pytest.fixture
def alice_client(client, alice):
    client.force_login(alice)
    return client


@pytest.fixture
def names(alice_client) -> Callable[..., list[str]]:
    """Of the projects on the page, as they stand there."""

    def names(query: str = "") -> list[str]:
        page = alice_client.get(f"/projects{query}").content.decode()
        return re.findall(r'project-card__link" href="[^"]+">([^<]+)</a>', page)

    return names


@pytest.fixture
def numbers(alice_client) -> Callable[..., str]:
    """What the page is told about these projects, without its markup."""

    def numbers(*projects: Project) -> str:
        query = "&".join(f"project={project.pk}" for project in projects)
        response = alice_client.get(f"{reverse('reports:project-numbers')}?{query}")
        assert response.status_code == 200
        return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())

    return numbers


def test_numbers_are_of_the_last_day_with_the_change_and_who_is_there_now(numbers, project, visit):
    visit(project, 3, hours_ago=2)
    visit(project, 1)
    visit(project, 2, hours_ago=26)
    said = numbers(project)
    assert "4 visitors in 24 hours" in said
    assert "+50% compared with the same hours of the day before" in said
    assert "1 current visitor" in said


def test_a_project_without_a_day_before_is_compared_with_nothing(numbers, project, visit):
    visit(project, 2, hours_ago=3)
    said = numbers(project)
    assert "2 visitors in 24 hours –" in said
    assert "0 current visitors" in said


def test_the_chart_is_said_in_words(alice_client, project, visit):
    visit(project, 7, hours_ago=5)
    page = alice_client.get(f"{reverse('reports:project-numbers')}?project={project.pk}").content.decode()
    assert 'aria-label="Visitors by the hour: between 0 and 7"' in page


def test_a_project_waits_until_its_first_event_and_shows_numbers_as_soon_as_it_is_there(numbers, project, visit):
    assert numbers(project) == "waiting for the first event"
    visit(project, 1)
    assert "1 visitor in 24 hours" in numbers(project)


def test_one_project_whose_numbers_cannot_be_read_leaves_the_others_alone(numbers, make, visit, monkeypatch):
    from tracking.storage import project_day

    good, bad = make("Good"), make("Bad")
    visit(good, 5, hours_ago=1)
    visit(bad, 5, hours_ago=1)
    day = project_day.day

    def failing(project_id: uuid.UUID, spans: Any) -> Any:
        if project_id == bad.pk:
            raise QueryTooLarge("no answer within 3 s")
        return day(project_id, spans)

    monkeypatch.setattr(project_day, "day", failing)
    said = numbers(good, bad)
    assert "The numbers cannot be read at the moment." in said
    assert "5 visitors in 24 hours" in said


def test_a_store_that_is_away_is_said_and_the_page_still_comes(numbers, names, project, visit, monkeypatch):
    from tracking.storage import project_day

    visit(project, 1)

    def away(project_id: uuid.UUID, spans: Any) -> Any:
        raise StoreUnavailable

    monkeypatch.setattr(project_day, "day", away)
    assert names() == ["Example"]
    assert numbers(project) == "The numbers cannot be read at the moment."


def test_a_project_over_its_limit_is_marked(numbers, project, visit, monkeypatch):
    visit(project, 1)
    monkeypatch.setattr("reports.project_list.was_throttled", lambda project_id: 3)
    assert numbers(project).endswith("over its limit")


def test_of_anothers_project_nothing_is_said(client, mallory, project, visit):
    visit(project, 1)
    client.force_login(mallory)
    response = client.get(f"{reverse('reports:project-numbers')}?project={project.pk}&project=nonsense")
    assert (response.status_code, response.content.strip()) == (200, b"")


def test_numbers_after_the_session_has_ended_lead_to_the_login(client, project):
    response = client.get(f"{reverse('reports:project-numbers')}?project={project.pk}", headers={"HX-Request": "true"})
    assert response["HX-Redirect"].startswith("/accounts/login/")


def test_projects_stand_by_name_in_which_2_comes_before_10(names, make):
    for name in ("shop 10", "Shop 2", "Bakery"):
        make(name)
    assert names() == ["Bakery", "Shop 2", "shop 10"]


def test_they_can_be_sorted_by_visitors_over_all_organizations(names, make, visit, alice):
    elsewhere = create_organization(name="Zoo", owner=alice)
    some, most, none = make("Some"), make("Most", organization=elsewhere), make("None")
    visit(some, 2, hours_ago=1)
    visit(most, 5, hours_ago=1)
    assert names("?sort=visitors") == ["Most", "Some", "None"]
    assert names("?sort=nonsense") == ["None", "Some", "Most"]
    assert none.name == "None"


def test_a_search_finds_by_name_and_by_domain_as_it_is_written(names, make):
    make("Books", domain="bücher.example")
    make("Garden")
    assert names("?q=BOO") == ["Books"]
    assert names("?q=bücher") == ["Books"]
    assert names("?q=gard+example") == ["Garden"]
    assert names("?q=nothing") == []


def test_many_projects_come_a_page_at_a_time(names, make):
    for number in range(30):
        make(f"Site {number}")
    assert names() == [f"Site {number}" for number in range(24)]
    assert names("?page=2") == [f"Site {number}" for number in range(24, 30)]
    assert names("?page=99") == names("?page=2")


def test_the_list_can_be_that_of_one_organization(names, make, alice, alice_client, mallory):
    zoo = create_organization(name="Zoo", owner=alice)
    make("Here")
    make("There", organization=zoo)
    assert names(f"?organization={zoo.pk}") == ["There"]
    foreign = mallory.organizations.get()
    assert alice_client.get(f"/projects?organization={foreign.pk}").status_code == 404
    assert alice_client.get("/projects?organization=nonsense").status_code == 404


def test_what_was_typed_into_the_search_is_never_markup(alice_client, make):
    for number in range(5):
        make(f"Site {number}")
    evil = '"><script>alert(1)</script>'
    page = alice_client.get("/projects", {"q": evil, "sort": evil}).content.decode()
    assert "<script>alert" not in page


def test_the_page_takes_few_queries_however_many_projects_there_are(alice_client, make, django_assert_max_num_queries):
    for number in range(40):
        make(f"Site {number}")
    with django_assert_max_num_queries(14):
        alice_client.get("/projects")


def test_an_organization_without_projects_is_shown_and_not_when_searching(alice_client, make, alice):
    create_organization(name="Empty one", owner=alice)
    for number in range(5):
        make(f"Site {number}")
    assert "Empty one" in alice_client.get("/projects").content.decode()
    assert 'id="organization-' in alice_client.get("/projects?q=site").content.decode()
    assert "No projects yet." not in alice_client.get("/projects?q=site").content.decode()


def test_the_switcher_has_the_first_projects_and_a_search_among_many(alice_client, make, project):
    for number in range(20):
        make(f"Site {number}")
    page = alice_client.get(reverse("projects:settings", args=(project.pk,))).content.decode()
    menu = page[page.index("switcher__items") : page.index("All projects")]
    assert "More projects" in menu
    assert "Site 19" not in menu
    found = alice_client.get("/projects/switcher?q=19").content.decode()
    assert re.findall(r'<span class="truncate">([^<]+)</span>', found) == ["Site 19"]
    assert "No project has that name or domain" in alice_client.get("/projects/switcher?q=nothing").content.decode()


def test_the_switcher_finds_nothing_of_others(client, mallory, project):
    client.force_login(mallory)
    assert project.name not in client.get("/projects/switcher?q=example").content.decode()
