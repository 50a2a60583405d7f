"""The page of what is missing, the redirects made there, and the same over the API."""

import pytest
from django.urls import reverse

from reports.broken_pages.similar import Similar, SitePages
from reports.tests.conftest import MINUTE, NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
MISSING = {"event_type": "not_found"}


@pytest.fixture
def broken(store_events):
    """/docs/setup.html is missing, /blog/gone too, which is like nothing; /old is back. /docs/setup is a page."""

    def seen(path, minutes, visit, **more):
        at = NOW - minutes * MINUTE
        return {"path": path, "occurred_at": at, "session_id": visit, "visitor_id": visit} | more

    store_events(
        seen("/docs/setup", 200, 1),
        seen("/docs", 95, 2),
        seen("/docs/setup.html", 90, 2, **MISSING),
        seen("/docs/setup.html", 80, 3, referrer="forum.example/thread/7", **MISSING),
        seen("/blog/gone", 70, 4, **MISSING),
        seen("/old", 60, 5, **MISSING),
        seen("/old", 30, 6),
    )


@pytest.fixture
def part(alice_client, project):
    def get(name="broken-page-rows", *, status=200, **params):
        response = alice_client.get(reverse("reports:section", args=(project.pk, name)), params)
        assert response.status_code == status, response.content
        return response.content.decode()

    return get


def test_the_page_has_its_list(alice_client, project, broken):
    page = alice_client.get(f"/projects/{project.pk}/broken-pages").content.decode()
    assert "broken-page-rows" in page
    assert "Broken pages" in page


def test_a_page_that_is_named_alike_is_filled_in(part, broken):
    listed = part()
    assert 'value="/docs/setup.html"' in listed
    assert 'value="/docs/setup"' in listed
    assert "No similar page" in listed
    assert "/old" not in listed


def test_what_is_fixed_says_since_when(part, broken):
    listed = part(state="fixed")
    assert "/old" in listed
    assert "Fixed since" in listed
    assert "/blog/gone" not in listed
    assert (NOW - 30 * MINUTE).strftime("%Y-%m-%dT11:%M") in listed  # Berlin


def test_it_can_be_searched(part, broken):
    assert "/docs/setup.html" not in part(search="GONE")
    assert "Nothing in this list has" in part(search="nowhere")


def test_without_any_it_says_how_they_are_noted(part, three_visits):
    listed = part()
    assert "Nobody asked for a page that is missing" in listed
    assert "not_found" in listed


@pytest.mark.parametrize("wrong", [{"state": "lost"}, {"search": "\0"}, {"search": "x" * 201}, {"offset": "-1"}])
def test_what_cannot_be_asked_is_refused(part, broken, wrong):
    part(status=400, **wrong)


def test_what_leads_there_is_listed(part, broken):
    shown = part("broken-page-ways", path="/docs/setup.html")
    assert "/docs" in shown
    assert "forum.example/thread/7" in shown
    part("broken-page-ways", status=400)


# --- Redirects ------------------------------------------------------------------------------------------------------
@pytest.fixture
def redirects(alice_client, project):
    def post(*pairs, status=200, **more):
        fields = {"from": [one for one, _ in pairs], "to": [other for _, other in pairs], "format": "nginx"} | more
        response = alice_client.post(reverse("reports:broken-page-redirects", args=(project.pk,)), fields)
        assert response.status_code == status, response.content
        return response

    return post


def test_the_rules_are_shown_and_downloaded(redirects):
    pairs = ("/old page", ""), ("/docs/setup.html", "/docs/setup")
    assert "location = &quot;/docs/setup.html&quot;" in redirects(*pairs).content.decode()
    file = redirects(*pairs, format="netlify", download="1")
    assert file.content.decode() == "/docs/setup.html /docs/setup 301\n"
    assert file["Content-Disposition"] == 'attachment; filename="_redirects"'


def test_a_target_that_is_none_is_named_and_nothing_is_downloaded(redirects):
    pair = ("/old", "javascript:alert(1)")
    assert "javascript:alert(1)" in redirects(pair).content.decode()
    assert "Nobody can be sent there" in redirects(pair, status=400, download="1").content.decode()


def test_without_targets_there_are_no_rules(redirects):
    assert "There is no redirect yet" in redirects(("/old", " ")).content.decode()


# --- The API --------------------------------------------------------------------------------------------------------
def test_the_api_lists_them(get, broken):
    found = get("broken-pages")
    assert [(row["path"], row["requests"], row["visitors"]) for row in found["results"]] == [
        ("/docs/setup.html", 2, 2),
        ("/blog/gone", 1, 1),
    ]
    assert found["results"][0]["similar"] == {"path": "/docs/setup", "score": 100}
    assert found["results"][1]["similar"] is None
    assert (found["meta"]["total_rows"], found["meta"]["is_cut"]) == (2, False)
    (fixed,) = get("broken-pages", state="fixed")["results"]
    assert (fixed["path"], fixed["fixed_at"]) == ("/old", "2026-11-20T11:30:00+01:00")
    assert [row["path"] for row in get("broken-pages", limit=1, offset=1)["results"]] == ["/blog/gone"]


def test_the_api_gives_the_rules_of_what_is_alike(client, project, api_key, broken):
    def get(**params):
        return client.get(
            f"/api/v1/projects/{project.pk}/broken-pages/redirects", params, headers={"X-API-Key": api_key}
        )

    assert get().content.decode() == 'location = "/docs/setup.html" { return 301 "/docs/setup"; }\n'
    assert get(format="csv")["Content-Type"].startswith("text/csv")
    assert get(search="gone").content == b""
    assert (get(format="iis").status_code, get(format="iis").json()["errors"][0]["code"]) == (400, "unknown_format")


# --- What is alike --------------------------------------------------------------------------------------------------
PAGES = SitePages({"/": 900, "/pricing": 50, "/docs/getting-started": 40, "/guides/import": 20, "/Über-uns/": 5})


@pytest.mark.parametrize(
    ("path", "meant"),
    [
        ("/pricing.html", "/pricing"),
        ("/Pricing/?plan=pro", "/pricing"),
        ("/docs/getting_started", "/docs/getting-started"),
        ("/getting-started", "/docs/getting-started"),
        ("/import/guide", "/guides/import"),
        ("/%C3%BCber-uns", "/Über-uns/"),
        ("/wp-login.php", None),
        ("/", None),
        ("/%ff%00", None),
    ],
)
def test_the_words_of_an_address_say_which_page_is_meant(path, meant):
    found = PAGES.closest(path)
    assert (found.path if found else None) == meant


def test_of_pages_that_are_equally_alike_it_is_the_one_seen_most():
    found = SitePages({"/a/report": 1, "/a-report": 5}).closest("/A_Report")
    assert found == Similar("/a-report", 100)


def test_addresses_as_long_as_only_somebody_hostile_asks_for_are_not_compared():
    path = "/" + "a" * 500
    assert SitePages({path + "b": 1, "/a": 1}).closest(path) is None


# --- Whose they are -------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("part", ["broken-pages", "broken-pages/redirects", "sections/broken-page-rows"])
def test_an_outsider_finds_nothing_and_nobody_is_asked_to_log_in(client, signed_in, mallory, project, part):
    url = f"/projects/{project.pk}/{part}"
    method = "post" if part.endswith("redirects") else "get"
    assert getattr(signed_in(mallory), method)(url, {"from": "/a", "to": "/b"}).status_code == 404
    answer = getattr(client, method)(url)
    assert "/accounts/login/" in (answer.get("Location") or answer.get("HX-Redirect", ""))
