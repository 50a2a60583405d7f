"""All rows of a list: their order, the search, the pages and the CSV of the same."""

import html
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from reports.models import SharedLink
from reports.tests.conftest import NOW

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
HTMX = {"HX-Request": "true", "HX-Target": "details-table"}


@pytest.fixture
def ask(alice_client, project):
    def ask(status=200, period="today", **query):
        address = reverse("reports:section", args=(project.pk, "details"))
        response = alice_client.get(address, {"period": period, **query})
        assert response.status_code == status, response.content
        return response.content.decode()

    return ask


def text(markup):
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def cells(page):
    """A list of texts for each row, without those that are only read aloud."""
    found = []
    for row in re.findall(r"<tr[ >].*?</tr>", page.partition("<tbody>")[2] or page, re.DOTALL):
        shown = re.sub(r'<span class="visually-hidden">.*?</span>', "", row)
        found.append([text(each) for each in re.findall(r"<t[hd].*?</t[hd]>", shown, re.DOTALL)])
    return found


def values(page):
    return [row[0] for row in cells(page)]


def visits(*fields):
    return [{"visitor_id": number, "session_id": number} | each for number, each in enumerate(fields, 1)]


def test_a_row_has_more_numbers_than_in_its_panel(ask, store_events):
    store_events(*visits({"source": "Google"}, {"source": "Google"}, {"source": "Bing"}))
    page = ask(of="sources")
    heads = [
        " ".join(re.sub("<[^>]+>", " ", each).split()) for each in re.findall(r"<th scope=\"col\".*?</th>", page, re.S)
    ]
    assert heads == ["Source", "Visitors", "Change", "%", "Visits", "Pageviews", "Bounce rate", "Visit duration"]
    assert cells(page)[0] == ["G Google", "2", "–", "67%", "2", "2", "100%", "0s"]


def test_visitors_are_compared_with_those_before(ask, store_events):
    before = {"occurred_at": NOW - timedelta(days=1, hours=1)}
    store_events(*visits(
        {"source": "Google"}, {"source": "Google"}, {"source": "Google"}, {"source": "Bing"},
        {"source": "Google"} | before, {"source": "Bing"} | before,
        {"source": "Bing"} | before,
    ))  # fmt: skip
    assert [row[:3] for row in cells(ask(of="sources"))] == [["G Google", "3", "+200%"], ["B Bing", "1", "−50%"]]
    assert "2 visitors before" in ask(of="sources")
    assert "before" not in ask(of="sources", compare="none")


def test_they_come_in_the_order_of_any_column_either_way(ask, store_events):
    store_events(
        *visits({"path": "/b"}, {"path": "/a"}, {"path": "/a"}, {"path": "/c"}, {"path": "/c"}, {"path": "/c"})
    )
    assert values(ask(of="pages")) == ["/c", "/a", "/b"]
    assert values(ask(of="pages", sort="visitors")) == ["/b", "/a", "/c"]
    assert values(ask(of="pages", sort="dimension")) == ["/a", "/b", "/c"]
    page = ask(of="pages", sort="-dimension")
    assert values(page) == ["/c", "/b", "/a"]
    assert re.search(r'aria-sort="descending">\s*<button[^>]*>Page', page)


def test_a_head_leads_to_its_order_and_then_to_the_other_way_round(ask, store_events):
    store_events({})
    assert "sort=-bounce_rate" in ask(of="pages")
    assert "sort=bounce_rate" in ask(of="pages", sort="-bounce_rate")
    assert "sort=dimension" in ask(of="pages")


@pytest.mark.parametrize(
    ("of", "search", "found"),
    [
        ("pages", "PRIC", ["/pricing"]),
        ("pages", "%", ["/100%"]),
        ("countries", "germ", ["DE Germany"]),
        ("countries", "unknown", ["– Unknown"]),
        ("devices", "mob", ["Mobile"]),
        ("sources", "direct", ["– Direct / none"]),
        ("languages", "german", ["German (Austria)"]),
        ("languages", "austria", ["German (Austria)"]),
        ("languages", "a", ["German (Austria)"]),
        ("cities", "brazil", ["BR Recife"]),
        ("cities", "rec braz", ["BR Recife"]),
        ("browser-versions", "chrome 13", ["Chrome 130"]),
    ],
)
def test_a_search_finds_values_as_they_are_called(ask, store_events, of, search, found):
    store_events(*visits(
        {"path": "/pricing", "country": "DE", "source": "Google", "language": "de-AT", "device_type": "mobile",
         "browser": "Edge", "browser_version": "130"},
        {"path": "/100%", "country": "BR", "city": "Recife", "language": "en", "browser": "Chrome",
         "browser_version": "130", "source": "Bing"},
        {"path": "/x", "language": "fr", "source": ""},
    ))  # fmt: skip
    assert values(ask(of=of, search=search)) == found


def test_a_search_leaves_the_shares_as_they_are(ask, store_events):
    store_events(*visits({"path": "/a"}, {"path": "/b"}, {"path": "/b"}, {"path": "/b"}))
    assert cells(ask(of="pages", search="a"))[0][3] == "25%"


def test_a_search_of_entry_pages_has_the_shares_of_visits_that_began_in_the_period(ask, project, store_events):
    began = NOW.astimezone(project.zone).replace(hour=0) - timedelta(minutes=5)
    late = {"visitor_id": 7, "session_id": 7, "session_started_at": began}
    store_events(late | {"occurred_at": began}, late | {"occurred_at": began + timedelta(minutes=10)})
    store_events(*visits({"path": "/a"}, {"path": "/b"}))
    assert cells(ask(of="entry-pages"))[0][3] == "50%"
    assert cells(ask(of="entry-pages", search="a"))[0][3] == "50%"


def test_a_search_without_a_result_says_so(ask, store_events):
    store_events({})
    assert "Nothing in this list has “&lt;x&gt;” in it." in ask(of="pages", search="<x>")


def test_rows_come_by_the_hundred_and_nothing_twice(ask, store_events):
    store_events(*visits(*({"path": f"/{number:03}"} for number in range(230))))
    first = ask(of="pages", sort="dimension")
    assert "230 rows" in first
    found, page = values(first), first
    while next_url := re.search(r'class="details__more">.*?hx-get="[^"?]*\?([^"]+)"', page, re.DOTALL):
        found = found[:-1]  # the row with the button
        query = dict(part.split("=") for part in html.unescape(next_url[1]).split("&"))
        page = ask(**query)
        assert "<table" not in page
        found += values(page)
    assert found == [f"/{number:03}" for number in range(230)]


def test_a_row_without_a_value_is_there_and_filters(ask, store_events, project):
    store_events(*visits({"utm_campaign": "spring"}, {}))
    page = ask(of="campaigns")
    assert sorted(values(page)) == ["(none)", "spring"]
    assert "f=utm_campaign%3Ais%3A&quot;" in page or 'f=utm_campaign%3Ais%3A"' in page


def test_after_a_search_only_the_table_comes(alice_client, project, store_events):
    store_events({})
    address = reverse("reports:section", args=(project.pk, "details"))
    assert "Search this list" not in alice_client.get(address, {"of": "pages"}, headers=HTMX).content.decode()


def test_the_csv_has_what_is_shown(ask, alice_client, store_events):
    store_events(*visits({"path": "/a"}, {"path": "/ab"}, {"path": "/c"}))
    page = ask(of="pages", search="a")
    url = html.unescape(re.search(r'href="([^"]+)" download', page)[1])
    response = alice_client.get(url)
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines[0] == "page,visitors,visits,pageviews,bounce_rate,time_on_page,scroll_depth"
    assert [line.split(",")[0] for line in lines[1:]] == ["/a", "/ab"]


@pytest.mark.parametrize(
    "query",
    [{"of": "weather"}, {"of": "properties"}, {"of": "pages", "sort": "-weather"}, {"of": "pages", "search": "x" * 201},
     {"of": "pages", "offset": "-1"}, {"of": f"properties:{'k' * 101}"}],
)  # fmt: skip
def test_what_cannot_be_asked_is_said(ask, store_events, query):
    store_events({})
    ask(status=400, **query)


def test_an_address_with_details_opens_them(alice_client, project, store_events):
    store_events({})
    page = alice_client.get(
        reverse("reports:dashboard", args=(project.pk,)), {"details": "properties:plan", "sort": "visitors"}
    ).content.decode()
    assert re.search(r'hx-get="[^"]*/sections/details\?[^"]*of=properties%3Aplan[^"]*" hx-trigger="load"', page)
    assert (
        "/sections/details"
        not in alice_client.get(
            reverse("reports:dashboard", args=(project.pk,)), {"details": "nonsense"}
        ).content.decode()
    )


def test_an_outsider_finds_no_details(client, mallory, project):
    client.force_login(mallory)
    address = reverse("reports:section", args=(project.pk, "details"))
    assert client.get(address, {"of": "pages"}).status_code == 404


def test_a_shared_link_has_them_without_the_file_and_with_few_visitors_folded(client, project, store_events):
    shared = SharedLink.objects.create(project=project, name="For the board")
    paths = ["/a"] * 6 + ["/b"] * 3 + ["/c"] * 3
    store_events(*visits(*({"path": path} for path in paths)))
    response = client.get(reverse("reports:shared-section", args=(shared.slug, "details")), {"of": "pages"})
    shown = response.content.decode()
    assert [row[:2] for row in cells(shown)] == [["/a", "6"], ["(values with few visitors)", "6"]]
    assert "not told apart" in shown
    assert "Download CSV" not in shown
