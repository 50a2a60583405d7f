"""Made-up visits with odd values: the numbers that pages show are those of plain counting, and rows lead to them."""

import html
import random
import re
from collections import Counter
from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.http import QueryDict
from django.urls import reverse

from analytics_pulse import clock
from reports import figures, labels, params
from reports.headlines import HEADLINES
from reports.panels import BREAKDOWNS, CONVERSIONS, MAP, PROPERTIES
from reports.params import Question
from reports.tests.conftest import NOW
from tracking.storage import get_store
from tracking.storage.rows import EventRow
from tracking.storage.spec import METRICS, StatsQuery
from tracking.storage.tests import builders
from tracking.storage.tests.oracle import Oracle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
ODD = ["", "(none)", 'a "b" & <c>', "100%_", "it's: 1,2", "🎉", "שלום", "long " * 40, "\\0"]
TEXTS = (
    "source",
    "referrer",
    "browser",
    *(f"utm_{name}" for name in ("campaign", "source", "medium", "content", "term")),
)
LISTS = [each for each in BREAKDOWNS.values() if each not in (MAP, PROPERTIES, CONVERSIONS) and not each.within]
# Without a filter, on visits, on events, and on all of a visitor's time.
ADDRESSES = [
    "period=7d",
    "period=7d&f=source:is:",
    "period=yesterday&f=page:contains:/a&f=title:is_not:(none)",
    'period=30d&filters=[["or",[["is","entry_page",["/"]],["not",["has_done",["is","event_name",["🎉"]]]]]]]',
]


@pytest.fixture
def events(project) -> list[EventRow]:
    """150 visits of ten days, some over midnight and some with events that are no pageviews."""
    chance, rows = random.Random(11), []
    for number in range(1, 151):
        began_at = NOW - timedelta(seconds=chance.randrange(3600, 10 * 86400))
        visit = {"project_id": project.pk, "visitor_id": chance.randrange(90), "session_id": number}
        visit |= {"session_started_at": began_at, "country": chance.choice(["DE", "FR", ""])}
        visit |= {"device_type": chance.choice(["desktop", "mobile"]), "language": chance.choice(["de-AT", "en", ""])}
        visit |= {name: chance.choice(ODD) for name in TEXTS}
        for step in range(chance.choice([1, 1, 2, 4])):
            kind = "custom" if step and chance.random() < 0.5 else "pageview"
            row = visit | {"event_type": kind, "occurred_at": began_at + timedelta(minutes=7 * step)}
            row |= {"path": chance.choice(["/", "/a", "/a:b", '/"q"', "/%25"]), "title": chance.choice(ODD)}
            rows.append(builders.event(**row, event_name=chance.choice(ODD[1:]) if kind == "custom" else ""))
    get_store().append(builders.message(*rows))
    return rows


@pytest.fixture
def section(alice_client, project):
    def section(name: str, address: str, **more: str) -> str:
        query = [*parse_qsl(address, keep_blank_values=True), *more.items()]
        return alice_client.get(reverse("reports:section", args=(project.pk, name)), query).content.decode()

    return section


@pytest.fixture
def asked(project, alice):
    return lambda address: params.question(QueryDict(address), project, clock.now(), who=alice)


def text(markup: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", markup)).split())


def counted(events: list[EventRow], query: StatsQuery) -> list[tuple[tuple[str, ...], list[str]]]:
    """Every row of the answer by plain counting, with its numbers as they are written."""
    units = [METRICS[name].unit for name in query.metrics]
    return [
        (row.dimensions, [figures.figure(value, unit) for value, unit in zip(row.metrics, units, strict=True)])
        for row in Oracle(events, query).rows()
    ]


def total(question: Question, events: list[EventRow]) -> list[str]:
    return counted(events, question.query(HEADLINES))[0][1]


def headlines(page: str) -> list[str]:
    return [text(each) for each in re.findall(r'<span class="headline__figure".*?</span>', page, re.DOTALL)]


@pytest.mark.parametrize("address", ADDRESSES)
def test_headlines_are_what_plain_counting_says(events, section, asked, address):
    assert headlines(section("overview", address)) == total(asked(address), events)


@pytest.mark.parametrize("address", ADDRESSES)
def test_all_rows_of_every_list_are_what_plain_counting_says(events, section, asked, address):
    for each in LISTS:
        query = asked(address).query(each.details, dimensions=each.dimensions)
        page = section("details", f"{address}&compare=none", of=each.name)
        shown = []
        for row in re.findall(r"<tr[ >].*?</tr>", page.partition("<tbody>")[2], re.DOTALL):
            name, *cells = re.findall(r"<t[hd].*?</t[hd]>", row, re.DOTALL)
            label = re.findall(r'<span class="truncate">(.*?)</span>', name, re.DOTALL)[0]
            shown.append((" ".join(html.unescape(label).split()), *map(text, cells)))
        told = [
            (" ".join(labels.label(each.dimension, key[0]).split()), *cells) for key, cells in counted(events, query)
        ]
        assert Counter(shown) == Counter(told), each.name


@pytest.mark.parametrize("name", [each.name for each in LISTS])
def test_every_row_leads_to_the_number_that_it_shows(events, section, name):
    page = section(name, "period=7d")
    rows = re.findall(r'<li class="rows__row.*?</li>', page, re.DOTALL)
    assert rows
    for row in rows:
        address = urlsplit(html.unescape(re.findall(r'href="(/projects[^"]*)"', row)[0])).query
        visitors = text(re.findall(r'<span class="rows__number".*?</span>(.*?)</span>', row, re.DOTALL)[0])
        assert headlines(section("overview", address))[0] == visitors, text(row)
