"""What a shared link opens, and what it does not."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from analytics_pulse import clock
from projects.actions.projects import delete_project
from reports import shared_links
from reports.models import Annotation, Segment, SharedLink
from reports.section_views import SHARED_SECTIONS
from reports.tests.conftest import NOW

OF_DASHBOARD = {name for name, on_page in SHARED_SECTIONS.items() if on_page == "dashboard"}
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
GERMANY = [["is", "country", ["DE"]]]


@pytest.fixture
def link(project, store_events):
    """Of a project with a dozen visitors: seven from Germany and five from France, on two pages."""
    store_events(*(
        {
            "visitor_id": number,
            "session_id": number,
            "country": "DE" if number <= 7 else "FR",
            "path": "/pricing" if number % 2 else "/",
        }
        for number in range(1, 13)
    ))  # fmt: skip
    return SharedLink.objects.create(project=project, name="For the board")


@pytest.fixture
def germans(project):
    return Segment.objects.create(project=project, name="Secret plans for Germany", filters=GERMANY)


def page(client, link, **query):
    return client.get(reverse("reports:shared-dashboard", args=(link.slug,)), query)


def section(client, link, name, **query):
    return client.get(reverse("reports:shared-section", args=(link.slug, name)), query)


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(response.content.decode())).split())


def test_whoever_has_the_link_sees_the_dashboard_without_a_login_or_a_cookie(client, link):
    response = page(client, link)
    assert response.status_code == 200
    assert "example.com" in text(response)
    assert "Unique visitors 12" in text(section(client, link, "overview"))
    assert not client.cookies


def test_it_is_for_no_search_engine_cache_or_other_site(client, link):
    for response in (page(client, link), section(client, link, "overview")):
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Cache-Control"] == "private, no-store"
        assert response["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize(
    "name", ["segments", "first-event", "live", "feed", "event-rows", "event", "visitor-rows", "journey", "nonsense"]
)
def test_sections_that_are_not_shared_are_not_there(client, link, name):
    assert section(client, link, name).status_code == 404


def test_annotations_are_told_where_they_are_meant_for_everybody(client, link, project):
    for title, is_public in (("Our new shop", True), ("A secret", False)):
        Annotation.objects.create(project=project, title=title, occurred_at=NOW, is_public=is_public)
    ids = ",".join(str(each.pk) for each in Annotation.objects.all())
    for answer in (section(client, link, "series"), section(client, link, "annotations", ids=ids)):
        assert "Our new shop" in answer.content.decode()
        assert "A secret" not in answer.content.decode()


def test_it_names_nothing_of_the_project_but_its_domain(client, link, project):
    released = Annotation.objects.create(project=project, title="Release", occurred_at=NOW, is_public=True)
    asked = {"metric": "visitors", "of": "pages", "ids": str(released.pk), "dimension": "page"}
    answers = [page(client, link), *(section(client, link, name, **asked) for name in OF_DASHBOARD - {"explain"})]
    answers.append(section(client, link, "explain", metric="visitors"))
    for answer in answers:
        said = answer.content.decode()
        assert answer.status_code == 200, answer.request["PATH_INFO"]
        for secret in (str(project.pk), project.write_key, "/settings", link.name, str(link.pk)):
            assert secret not in said


def test_a_link_leads_on_within_itself(client, link):
    assert f"/share/{link.slug}?" in section(client, link, "countries").content.decode()
    assert "Unique visitors 7" in text(section(client, link, "overview", f="country:is:DE"))


def test_what_too_few_did_before_is_not_told_as_nobody(client, link, store_events):
    store_events(*({"visitor_id": 50 + number, "session_id": 50 + number, "path": "/pricing",
                    "occurred_at": NOW - timedelta(days=8, seconds=number)} for number in range(3)))  # fmt: skip
    details = section(client, link, "details", of="pages", period="7d").content.decode()
    assert details.count("few visitors before, or none") == 2
    assert "3 visitors before" not in details
    assert "0 visitors before" not in details


def before(paths: dict[str, int], *, days_ago: int, first: int = 100) -> list[dict]:
    """So many visitors of each page, so many days ago."""
    every = [path for path, count in paths.items() for _ in range(count)]
    return [
        {"visitor_id": number, "session_id": number, "path": path, "occurred_at": NOW - timedelta(days_ago, number)}
        for number, path in enumerate(every, start=first)
    ]


def test_a_list_and_its_total_do_not_tell_how_many_the_folded_are(client, link, store_events):
    store_events(*before({"/large": 9, "/middle": 6, "/small": 2}, days_ago=20))
    day = (NOW - timedelta(days=20)).date().isoformat()
    shown = text(section(client, link, "details", of="pages", **{"from": day, "to": day}))
    assert "/large" in shown
    assert "/middle" not in shown
    assert re.search(r"\(values with few visitors\).* 8 ", shown)


def test_what_was_folded_before_is_not_compared_with_what_is_folded_now(client, link, store_events):
    now, was = {"/a": 9, "/b": 8, "/x": 3, "/y": 3}, {"/a": 3, "/b": 3, "/x": 7}
    store_events(*before(now, days_ago=20), *before(was, days_ago=21, first=200))
    day = (NOW - timedelta(days=20)).date().isoformat()
    answer = section(client, link, "details", of="pages", **{"from": day, "to": day}).content.decode()
    assert "(values with few visitors)" in answer
    assert answer.count("few visitors before, or none") == 2
    assert "6 visitors before" not in answer


def test_a_withdrawn_link_is_not_there_any_more(client, link):
    SharedLink.objects.update(revoked_at=NOW)
    assert page(client, link).status_code == section(client, link, "overview").status_code == 404
    gone = page(client, link)
    assert "This link opens nothing" in text(gone)
    link.slug = "never-was"
    assert text(gone) == text(page(client, link))


def test_the_link_of_a_deleted_project_is_not_there_any_more(client, link, project):
    delete_project(project=project)
    assert page(client, link).status_code == 404


def test_a_link_with_a_segment_shows_no_more_than_that(client, link, germans):
    SharedLink.objects.update(segment=germans)
    assert "Unique visitors 7" in text(section(client, link, "overview"))
    assert "France" not in text(section(client, link, "countries"))
    assert "Too few visitors" in text(section(client, link, "overview", f="country:is:FR"))
    explained = section(client, link, "explain", metric="visitors")
    for answer in (page(client, link), explained):
        assert germans.name not in text(answer)
    assert "Germany" not in text(explained)


def test_a_segment_that_cannot_be_applied_any_more_shows_nothing(client, link, germans):
    Segment.objects.update(filters=[["is", "gone", ["x"]]])
    SharedLink.objects.update(segment=germans)
    assert page(client, link).status_code == 404
    assert "Germany" not in text(section(client, link, "overview"))


def test_no_address_applies_a_segment(client, link, germans):
    refused = page(client, link, segment=germans.pk)
    assert refused.status_code == section(client, link, "overview", segment=germans.pk).status_code == 400
    assert germans.name not in text(refused)
    in_filters = f'[["is", "segment", ["{germans.pk}"]]]'
    assert page(client, link, filters=in_filters).status_code == 400


def test_what_visitors_did_outside_of_its_segment_is_not_asked(client, link, germans):
    has_done = '[["has_done", ["is", "page", ["/pricing"]]]]'
    assert page(client, link, filters=has_done).status_code == 200
    SharedLink.objects.update(segment=germans)
    assert page(client, link, filters=has_done).status_code == 400


def test_a_view_is_noted_once_a_minute(client, link):
    page(client, link)
    link.refresh_from_db()
    assert link.last_viewed_at == clock.now()


def test_the_demo_has_a_link_for_everybody(client, db):
    from tracking.demo import account

    assert shared_links.demo_link() is None
    project = account.make_project("a long password")
    account.finish(project)
    account.finish(project)
    found = shared_links.demo_link()
    assert (found.project, found.may_embed) == (project, True)
    assert page(client, found).status_code == 200


def test_a_demo_link_that_was_withdrawn_stays_so_until_there_is_another_demo(db):
    from tracking.demo import account

    project = account.make_project("a long password")
    account.finish(project)
    SharedLink.objects.update(revoked_at=NOW)
    shared_links.make_demo_link()
    assert shared_links.demo_link() is None
    delete_project(project=project)
    account.finish(account.make_project("a long password"))
    assert shared_links.demo_link().project != project


def test_a_chart_with_gaps_says_what_they_are(client, link, store_events):
    store_events({"visitor_id": 99, "session_id": 99, "occurred_at": NOW - timedelta(days=2)})
    assert "Gaps: fewer than 5 visitors" in text(section(client, link, "series"))
    SharedLink.objects.update(least_visitors=0)
    assert "Gaps" not in text(section(client, link, "series"))


def test_who_asks_without_end_is_told_to_wait_and_others_are_not(client, link, settings):
    settings.STATS_RATE_LIMIT_PER_HOUR = 3
    for _ in range(3):
        assert section(client, link, "overview").status_code == 200
    refused = section(client, link, "overview")
    assert (refused.status_code, refused["Retry-After"]) == (429, "3600")
    assert "Too many attempts" in refused.content.decode()
    url = reverse("reports:shared-section", args=(link.slug, "overview"))
    assert client.get(url, headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 200


class TestPagesBesideTheOverview:
    PAGES = ("goals", "funnels", "campaigns")

    @pytest.mark.parametrize("name", PAGES)
    def test_they_are_there_where_the_owner_chose_them(self, client, link, name):
        address = reverse(f"reports:shared-{name}", args=(link.slug,))
        assert client.get(address).status_code == 404
        assert address not in page(client, link).content.decode()
        link.pages = [name]
        link.save()
        answer = client.get(address)
        assert answer.status_code == 200
        assert answer["Cache-Control"] == "private, no-store"
        assert answer["X-Robots-Tag"] == "noindex, nofollow"
        assert address in page(client, link).content.decode()
        others = [reverse(f"reports:shared-{other}", args=(link.slug,)) for other in self.PAGES if other != name]
        assert [client.get(other).status_code for other in others] == [404, 404]

    def test_so_are_their_sections(self, client, link):
        for name, on_page in SHARED_SECTIONS.items():
            if on_page != "dashboard":
                assert section(client, link, name).status_code == 404, name

    def test_a_page_names_nothing_of_the_project(self, client, link, project):
        link.pages = list(self.PAGES)
        link.save()
        for name in self.PAGES:
            said = client.get(reverse(f"reports:shared-{name}", args=(link.slug,))).content.decode()
            for secret in (str(project.pk), project.write_key, "/settings", link.name, str(link.pk)):
                assert secret not in said, name

    def test_they_ask_for_the_password_too(self, client, link, project, alice):
        locked = shared_links.create_link(
            project=project, by=alice, name="Locked", password="correct horse", pages=["goals"]
        )
        answer = client.get(reverse("reports:shared-goals", args=(locked.slug,)))
        assert answer.status_code == 302
        assert answer["Location"] == locked.path

    def test_filters_and_period_go_along(self, client, link):
        link.pages = ["campaigns"]
        link.save()
        said = html.unescape(page(client, link, period="7d", f="country:is:DE").content.decode())
        assert f"/share/{link.slug}/campaigns?period=7d&f=country%3Ais%3ADE" in said
