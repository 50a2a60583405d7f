"""How pages age, on the page and over the API."""

from datetime import timedelta

import pytest

from reports.tests.conftest import GOOGLE, NOW

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def viewed(noon, store_events):
    """Stores pageviews of a page, each so long ago."""
    visits = iter(range(1, 1000))

    def viewed(path, *ago, **fields):
        for each in ago:
            visit = next(visits)
            store_events({"visitor_id": visit, "session_id": visit, "occurred_at": NOW - each, "path": path} | fields)

    return viewed


def section(client, project, **params):
    response = client.get(f"/projects/{project.pk}/sections/page-ages", params)
    assert response.status_code == 200, response.content
    return response


def test_views_are_counted_from_the_first_one_on(get, viewed):
    viewed("/new", 10 * DAY, 9 * DAY + HOUR, 9 * DAY - HOUR, 4 * DAY, HOUR)
    (page,) = get("page-ages", period="30d")["results"]
    assert page == {
        "page": "/new",
        "first_seen_at": "2026-11-10T12:00:00+01:00",
        "views_1d": 2,
        "views_7d": 4,
        "views_30d": None,
        "views": 5,
    }


def test_only_pages_that_were_new_in_the_period_are_there(get, viewed):
    viewed("/old", 40 * DAY, 2 * DAY)
    viewed("/new", 3 * DAY)
    assert [each["page"] for each in get("page-ages", period="7d")["results"]] == ["/new"]
    assert [each["page"] for each in get("page-ages", period="90d", sort="first_seen")["results"]] == ["/old", "/new"]


def test_what_is_too_young_has_no_number(get, viewed):
    viewed("/young", HOUR)
    (page,) = get("page-ages", period="7d")["results"]
    assert (page["views_1d"], page["views_7d"], page["views"]) == (None, None, 1)


def test_filters_choose_the_views_and_not_when_a_page_was_new(get, viewed):
    viewed("/new", 3 * DAY)
    viewed("/new", 2 * DAY + HOUR, 2 * DAY - HOUR, **GOOGLE)
    (page,) = get("page-ages", period="7d", f="source:is:Google")["results"]
    assert (page["first_seen_at"], page["views_1d"], page["views"]) == ("2026-11-17T12:00:00+01:00", 1, 2)


def test_the_median_says_what_to_expect_of_a_page(get, viewed):
    viewed("/a", 3 * DAY)
    viewed("/b", 3 * DAY, 3 * DAY - HOUR, 3 * DAY - 2 * HOUR)
    viewed("/c", HOUR)
    assert get("page-ages", period="7d")["medians"] == {"views_1d": 2.0, "views_7d": None, "views_30d": None}


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("", ["/c", "/b", "/a"]),
        ("first_seen", ["/a", "/b", "/c"]),
        ("page", ["/a", "/b", "/c"]),
        ("-page", ["/c", "/b", "/a"]),
        ("-views", ["/b", "/a", "/c"]),
        ("-views_1d", ["/b", "/a", "/c"]),  # what is not known comes last
        ("views_1d", ["/a", "/b", "/c"]),
    ],
)
def test_the_list_is_sorted_by_any_column(get, viewed, sort, expected):
    viewed("/a", 3 * DAY)
    viewed("/b", 2 * DAY, 2 * DAY - HOUR)
    viewed("/c", HOUR)
    assert [each["page"] for each in get("page-ages", period="7d", sort=sort)["results"]] == expected


def test_a_part_of_the_path_is_looked_for_as_it_stands(get, viewed):
    viewed("/Blog/100%", DAY)
    viewed("/blog/1000", DAY)
    assert [each["page"] for each in get("page-ages", period="7d", search="blog/100%")["results"]] == ["/Blog/100%"]


def test_pages_follow_one_another(get, client, api_key, viewed):
    for number in range(3):
        viewed(f"/{number}", number * DAY)
    answer = get("page-ages", period="7d", sort="page", limit=2)
    assert answer["total_rows"] == 3
    rest = client.get(answer["next"], headers={"X-API-Key": api_key}).json()
    assert ([each["page"] for each in rest["results"]], rest["next"]) == (["/2"], None)


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"sort": "age"}, "unknown_order"),
        ({"search": "a\0"}, "invalid_value"),
        ({"search": "a" * 201}, "invalid_value"),
    ],
)
def test_what_cannot_be_asked_is_said_so(get, viewed, params, code):
    assert get("page-ages", status=400, **params)["errors"][0]["code"] == code


def test_csv_runs_no_formula(client, api_key, project, viewed):
    viewed("=cmd", 2 * DAY)
    address = f"/api/v1/projects/{project.pk}/page-ages?period=7d&format=csv"
    lines = client.get(address, headers={"X-API-Key": api_key}).content.decode().splitlines()
    assert lines[0] == "page,first_seen_at,views_1d,views_7d,views_30d,views"
    assert lines[1].startswith("'=cmd,2026-11-18T12:00:00+01:00,1,,,1")


def test_the_page_lists_them_and_its_address_keeps_what_is_looked_for(alice_client, project, viewed):
    viewed("/blog/new", 2 * DAY)
    viewed("/other", DAY)
    response = section(alice_client, project, period="7d", search="blog", sort="-views")
    shown = response.content.decode()
    assert "/blog/new" in shown
    assert "/other" not in shown
    assert "1 new page." in shown
    assert "search=blog" in response["HX-Replace-Url"]
    assert "sort=-views" in response["HX-Replace-Url"]


def test_further_pages_follow_the_first_ones(alice_client, project, viewed):
    for number in range(27):
        viewed(f"/page-{number}", HOUR * (number + 1))
    first = section(alice_client, project, period="7d").content.decode()
    assert "Show more" in first
    rest = section(alice_client, project, period="7d", offset="25").content.decode()
    assert rest.count("<time") == 2
    assert "Show more" not in rest


def test_without_new_pages_it_says_so(alice_client, project, viewed):
    viewed("/old", 40 * DAY)
    assert "No page was first viewed in this period." in section(alice_client, project, period="7d").content.decode()
    found = section(alice_client, project, period="7d", search="nothing").content.decode()
    assert "No new page of this period has “nothing” in its path." in found
