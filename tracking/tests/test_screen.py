"""What is set aside, and why; and what is not."""

from typing import Any

import pytest

from projects.models import Organization, Project
from tracking.envelope import AcceptedEvent, Message
from tracking.pipeline.batch import Batch
from tracking.pipeline.screen import screen
from tracking.pipeline.screening.bots import is_bot
from tracking.reasons import Reason
from tracking.storage.rows import QuarantinedRow
from tracking.tests.test_enrich import NOW, an_event, batch_of

pytestmark = pytest.mark.django_db
WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.fixture
def organization() -> Organization:
    return Organization.objects.create(name="Alice")


def a_project(organization: Organization, **screening: list[str]) -> Project:
    return Project.objects.create(organization=organization, name="Shop", domain="example.com", screening=screening)


def screened(
    project: Project, *events: AcceptedEvent, **envelope: Any
) -> tuple[list[AcceptedEvent], list[QuarantinedRow]]:
    batch = screen(batch_of(project.id, *events, **envelope))
    return [item.event for item in batch.items], batch.quarantined


@pytest.mark.parametrize(
    "user_agent",
    [
        "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
        f"Mozilla/5.0 {WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot",
        "bingbot/2.0",
        "UptimeRobot/2.0",
        "AcmeCrawler/1.0 (+https://acme.example/bot)",
        "Scrapy/2.11 (+https://scrapy.org)",
        f"Mozilla/5.0 (Linux; Android 11; moto g power (2022)) {WEBKIT} Chrome/109.0 Safari/537.36 Chrome-Lighthouse",
    ],
)
def test_declared_bots_are_set_aside(organization: Organization, user_agent: str) -> None:
    kept, (row, other) = screened(a_project(organization), an_event(), an_event(), user_agent=user_agent)
    assert kept == []
    assert (row.reason, other.reason) == (Reason.BOT, Reason.BOT)
    assert row.detail == user_agent


@pytest.mark.parametrize(
    "user_agent",
    [
        "curl/8.5.0",
        "Wget/1.21.4",
        "python-requests/2.32.3",
        "Python-urllib/3.11",
        "python-httpx/0.27.0",
        "Python/3.11 aiohttp/3.9.5",
        "Go-http-client/2.0",
        "okhttp/4.12.0",
        "axios/1.7.2",
        "node-fetch/1.0 (+https://github.com/bitinn/node-fetch)",
        "node",
        "undici",
        "got (https://github.com/sindresorhus/got)",
        "Java/17.0.1",
        "Java-http-client/17.0.1",
        "Apache-HttpClient/4.5.13 (Java/17)",
        "PHP/8.2",
        "GuzzleHttp/7",
        "Symfony HttpClient/Curl",
        "Ruby",
        "Faraday v2.7.4",
        "libwww-perl/6.67",
        "HTTPie/3.2.2",
        "PostmanRuntime/7.36.0",
        "reqwest/0.11",
        "WinHTTP/1.0",
        "Mozilla/5.0 (Windows NT; Windows NT 10.0; en-US) WindowsPowerShell/5.1.19041.1",
        "Dart/3.2 (dart:io)",
        "Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A)",
        "MyApp/1.0 CFNetwork/1485 Darwin/23.1.0",
    ],
)
def test_scripts_and_apps_that_post_to_the_api_count(user_agent: str) -> None:
    assert not is_bot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/126.0.0.0 Safari/537.36",
        "Mozilla/5.0 (Unknown; Linux x86_64) AppleWebKit/538.1 (KHTML, like Gecko) PhantomJS/2.1.1 Safari/538.1",
        "Playwright/1.45 (x64; ubuntu 22.04) node/20",
    ],
)
def test_automated_browsers_count(user_agent: str) -> None:
    assert not is_bot(user_agent)


@pytest.mark.parametrize(
    "user_agent",
    [
        f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36",
        "Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148",
        f"Mozilla/5.0 (Linux; Android 13; SM-S908B) {WEBKIT} Chrome/121.0.0.0 Mobile Safari/537.36",
        "Mozilla/5.0 (iPhone) Mobile/15E148 [FBAN/FBIOS;FBDV/iPhone14,5;FBSV/17.4]",
        "",
        "\ud800",
        "Mozilla/5.0 " + "x" * 10_000,
    ],
)
def test_people_count_and_so_do_odd_user_agents(user_agent: str) -> None:
    assert not is_bot(user_agent)


def test_what_the_ip_rules_said_is_followed(organization: Organization) -> None:
    kept, (row,) = screened(a_project(organization), an_event(), screened="10.0.0.0/8")
    assert kept == []
    assert (row.reason, row.detail) == (Reason.IP, "10.0.0.0/8")


def test_referrer_spam_is_set_aside_with_its_subdomains_alone(organization: Organization) -> None:
    spam, own = an_event(referrer="http://best.semalt.com/x"), an_event(referrer="https://notsemalt.com/")
    kept, (row,) = screened(a_project(organization), spam, own)
    assert kept == [own]
    assert (row.event_id, row.reason, row.detail) == (spam.event_id, Reason.SPAM_REFERRER, "best.semalt.com")


def test_a_country_rule_judges_by_the_address_and_else_by_the_time_zone(organization: Organization) -> None:
    project = a_project(organization, countries=["de"])
    assert screened(project, an_event(timezone="Europe/Paris"), country="DE")[1][0].reason == Reason.COUNTRY
    assert screened(project, an_event(timezone="Europe/Berlin"))[1][0].detail == "DE"
    assert screened(project, an_event(timezone="Europe/Berlin"), country="FR")[1] == []


def test_a_page_rule_sets_aside_what_its_pattern_matches_as_a_whole(organization: Organization) -> None:
    project = a_project(organization, pages=["/admin*", "/exact", "/*/draft"])
    paths = ["/admin", "/admin/users", "/exact", "/blog/x/draft", "/exact?a=1"]
    counted = ["/", "/my/admin", "/exactly", "/blog/x/drafts"]
    events = {path: an_event(url=f"https://example.com{path}") for path in paths + counted}
    kept, rows = screened(project, *events.values())
    assert kept == [events[path] for path in counted]
    assert [row.event_id for row in rows] == [events[path].event_id for path in paths]
    assert {row.reason for row in rows} == {Reason.PAGE}


def test_only_the_named_hostnames_count_when_there_are_any(organization: Organization) -> None:
    project = a_project(organization, hostnames=["www.example.com", "*.example.org", "xn--mnchen-3ya.de"])
    hosts = ["example.com", "www.example.com", "shop.example.org", "xn--mnchen-3ya.de"]
    own = [an_event(url=f"https://{host}/") for host in hosts]
    copy = an_event(url="https://example.com.copy.example/")
    kept, (row,) = screened(project, *own, copy)
    assert kept == own
    assert (row.reason, row.detail) == (Reason.HOSTNAME, "example.com.copy.example")


def test_another_projects_rules_do_not_matter(organization: Organization) -> None:
    a_project(organization, pages=["*"])
    event = an_event()
    assert screened(a_project(organization), event) == ([event], [])


def test_an_unreadable_url_is_poison_only_where_a_rule_must_read_it(organization: Organization) -> None:
    bad, good = an_event(url="http://[broken"), an_event()
    kept, (row,) = screened(a_project(organization, pages=["/admin"]), bad, good)
    assert kept == [good]
    assert (row.reason, row.detail) == (Reason.POISON, "screen: ValueError")


def test_what_was_set_aside_can_go_through_again(organization: Organization) -> None:
    event = an_event()
    _, (row,) = screened(a_project(organization), event, user_agent="curl/8.5.0", screened="10.0.0.0/8")
    again = screen(Batch.of([Message.decode(row.payload)], NOW))
    assert [item.event for item in again.items] == [event]
