"""Every address there is, tried by whom it is not for. The list is made of the URLs: none can be forgotten."""

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

import pytest
from django.db.models import Q
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

if TYPE_CHECKING:
    from projects.models import Project, User

pytestmark = pytest.mark.django_db
METHODS = ("get", "head", "post", "put", "patch", "delete")
# More than nothing, so that a door that opens too early has something to do.
BODY = {"name": "Mine", "title": "Mine", "typed": "Example", "occurred_at": "2026-11-20", "role": "owner"}


def addresses(resolver: URLResolver | None = None, before: str = "") -> Iterator[str]:
    """The routes of all pages and of the API, such as projects/<uuid:project_id>/events."""
    for each in (resolver or get_resolver()).url_patterns:
        route = before + str(each.pattern)
        if isinstance(each, URLResolver):
            yield from addresses(each, route)
        elif isinstance(each, URLPattern):
            yield route


def of_projects() -> list[str]:
    return sorted({each for each in addresses() if "<uuid:project_id>" in each})


def filled(route: str, values: dict[str, str]) -> str:
    return "/" + re.sub(r"<(?:\w+:)?(\w+)>", lambda found: values[found[1]], route)


@pytest.fixture
def rows(project: "Project", alice: "User") -> dict[str, str]:
    """Something of alice's of everything that an address can name."""
    from analytics_pulse import clock
    from goals.models import Funnel, Goal
    from projects.models import ApiKey
    from reports.arrival import has_events
    from reports.models import Annotation, Export, Segment, SharedLink
    from tracking.storage import get_store
    from tracking.storage.tests import builders

    now = clock.now()
    come_in = {"project_id": project.pk, "occurred_at": now, "received_at": now}
    quarantined = builders.quarantined(**come_in)
    event = builders.event(**come_in, session_started_at=now, visitor_id=7)
    get_store().append(builders.message(event, quarantined=[quarantined]))
    has_events(project)  # which is written down by who asks first
    key = ApiKey(project=project, name="Hers", scopes=["read"], created_by=alice)
    key.keep(ApiKey.new_secret())
    key.save()
    segment = Segment.objects.create(project=project, name="Hers", filters=[["is", "country", ["DE"]]])
    annotation = Annotation.objects.create(project=project, title="Hers", occurred_at=now)
    goal = Goal.objects.create(
        project=project, name="Hers", goal_type="pageview", target_url_pattern="/", url_match="exact"
    )
    steps = [{"filters": [["is", "page", [path]]]} for path in ("/", "/pricing")]
    funnel = Funnel.objects.create(project=project, name="Hers", steps=steps)
    link = SharedLink.objects.create(project=project, name="Hers")
    export = Export.objects.create(
        project=project, requested_by=alice, kind="project", format="tar", title="Hers", created_at=now, heard_at=now
    )
    return {
        "project_id": str(project.pk),
        "segment_id": str(segment.pk),
        "annotation_id": str(annotation.pk),
        "goal_id": str(goal.pk),
        "funnel_id": str(funnel.pk),
        "link_id": str(link.pk),
        "export_id": str(export.pk),
        "key_id": str(key.pk),
        "event_id": str(quarantined.event_id),
        "visitor": f"{7:016x}",
        "visit": f"{1:016x}",
        "name": "overview",
        "metric": "visitors",
        "dimension": "page",
    }


@pytest.fixture
def hers(rows: dict[str, str]) -> Callable[[], list[Any]]:
    """All that alice's organization has, to compare before and after."""
    from goals.models import Funnel, Goal
    from projects.models import ApiKey, Membership, Organization, Project
    from reports.models import Annotation, Export, Segment, SharedLink

    models = (Organization, Membership, Project, ApiKey, Annotation, Export, Funnel, Goal, Segment, SharedLink)

    def hers() -> list[Any]:
        return [list(model.objects.filter(_of(model, rows)).order_by("pk").values()) for model in models]

    return hers


def _of(model: Any, rows: dict[str, str]) -> Q:
    path = {
        "Organization": "projects__id",
        "Membership": "organization__projects__id",
        "Project": "id",
    }.get(model.__name__, "project_id")
    return Q(**{path: rows["project_id"]})


def knock(client: Client, url: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
    return {
        method: getattr(client, method)(url, BODY, content_type="application/json", headers=headers or {})
        if method in ("post", "put", "patch")
        else getattr(client, method)(url, headers=headers or {})
        for method in METHODS
    }


def statuses(answers: dict[str, Any]) -> set[int]:
    return {each.status_code for each in answers.values()}


def credentials(user: "User", project: "Project") -> dict[str, dict[str, str]]:
    """A key of this project, and a token of this person, which may do everything."""
    from projects.actions.keys import create_api_key
    from projects.models import PersonalAccessToken

    key = create_api_key(project=project, name="Own", scopes=["ingest", "read", "manage"], by=user)[1]
    token, secret = (
        PersonalAccessToken(user=user, name="Own", scopes=["read", "manage"]),
        PersonalAccessToken.new_secret(),
    )
    token.keep(secret)
    token.save()
    return {"key": {"X-API-Key": key}, "token": {"Authorization": f"Bearer {secret}"}}


@pytest.fixture
def elsewhere(mallory: "User") -> "Project":
    """A project of mallory's own."""
    from projects.actions.projects import create_project

    return create_project(organization=mallory.organizations.get(), name="Other", domain="example.net", timezone="UTC")


def test_the_list_knows_the_addresses(rows: dict[str, str]) -> None:
    assert len(of_projects()) > 70
    assert {name for route in of_projects() for name in re.findall(r":(\w+)>", route)} == set(rows)


def test_an_outsider_finds_nothing_behind_any_of_them(rows, hers, mallory, elsewhere, signed_in):
    before, own = hers(), credentials(mallory, elsewhere)
    for route in of_projects():
        assert_nothing(signed_in(mallory), filled(route, rows), own)
        assert hers() == before, route


def test_a_row_of_another_project_is_not_there_in_ones_own(rows, hers, mallory, elsewhere, signed_in):
    before, own = hers(), credentials(mallory, elsewhere)
    for route in of_projects():
        if "_id>" in route.replace("project_id>", ""):
            assert_nothing(signed_in(mallory), filled(route, rows | {"project_id": str(elsewhere.pk)}), own)
            assert hers() == before, route


def test_nobody_is_told_more_than_to_log_in(rows, hers):
    before = hers()
    for route in of_projects():
        for method, answer in knock(Client(), filled(route, rows)).items():
            if answer.status_code in (302, 200):
                login = answer.get("Location") or answer.get("HX-Redirect", "")
                assert login.startswith("/accounts/login/"), (method, route)
            else:
                assert answer.status_code in (401, 405), (method, route)
        assert hers() == before, route


def test_what_belongs_to_the_team_is_not_for_a_viewer_to_change(rows, hers, bob, signed_in):
    before = hers()
    for route in of_projects():
        if "export" not in route:  # those are for everybody who may read
            assert max(statuses(knock(signed_in(bob), filled(route, rows)))) < 500, route
            assert hers() == before, route


def assert_nothing(browser: Client, url: str, own: dict[str, dict[str, str]]) -> None:
    assert statuses(knock(browser, url)) <= {404, 405}, url
    for headers in own.values() if url.startswith("/api/") else ():
        assert statuses(knock(Client(), url, headers)) <= {404, 405}, (url, headers)


def test_another_site_changes_nothing_with_the_browser_of_who_may(rows, hers, alice):
    browser, before = Client(enforce_csrf_checks=True), hers()
    browser.force_login(alice)
    for route in of_projects():
        url = filled(route, rows)
        for method in ("post", "put", "patch", "delete"):
            answer = getattr(browser, method)(url, BODY, content_type="application/x-www-form-urlencoded")
            assert answer.status_code in (403, 405), (method, route)
        assert hers() == before, route


def test_every_page_is_kept_in_its_frame_and_runs_nothing_of_others(rows, alice, signed_in):
    browser = signed_in(alice)
    pages = [route for route in addresses() if not re.search(r"^(api/docs|\^|admin)|<(?!uuid:project_id)", route)]
    for route in pages:
        answer = browser.get(filled(route, rows))
        assert answer.status_code < 500, route
        if answer.get("Content-Type", "").startswith("text/html"):
            policy = answer["Content-Security-Policy"]
            assert "script-src 'self';" in policy, route
            assert "style-src 'self';" in policy, route
            assert "frame-ancestors 'none'" in policy, route
            assert answer.get("X-Frame-Options") == "DENY", route
            assert answer.get("X-Content-Type-Options") == "nosniff", route
            assert answer.get("Referrer-Policy") == "same-origin", route
