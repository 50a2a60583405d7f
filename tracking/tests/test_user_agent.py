"""User agent -> browser, operating system, kind of device."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tracking.pipeline.enrichment.user_agent import UNKNOWN, Client, read_client

WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "client"),
    [
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36",
            Client("Chrome", "126.0", "Windows", "10", "desktop"),
        ),
        (
            f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36 Edg/126.0.0.0",
            Client("Edge", "126.0", "Windows", "10", "desktop"),
        ),
        (
            f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) {APPLE} Version/17.4.1 Safari/605.1.15",
            Client("Safari", "17.4", "macOS", "10.15", "desktop"),
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4_1 like Mac OS X) {APPLE} Version/17.4.1 Mobile Safari/604.1",
            Client("Safari", "17.4", "iOS", "17.4", "mobile"),
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) {APPLE} CriOS/126.0.6478.35 Mobile Safari/604.1",
            Client("Chrome", "126.0", "iOS", "17.4", "mobile"),
        ),
        (
            f"Mozilla/5.0 (iPhone; CPU iPhone OS 17_4 like Mac OS X) {APPLE} Mobile/15E148",
            Client("iOS WebView", "", "iOS", "17.4", "mobile"),
        ),
        (
            f"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) {APPLE} Version/16.6 Mobile/15E148 Safari/604.1",
            Client("Safari", "16.6", "iOS", "16.6", "tablet"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/126.0.0.0 Mobile Safari/537.36",
            Client("Chrome", "126.0", "Android", "10", "mobile"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 10; K) {WEBKIT} Chrome/126.0.0.0 Safari/537.36",
            Client("Chrome", "126.0", "Android", "10", "tablet"),
        ),
        (
            "Mozilla/5.0 (Android 14; Mobile; rv:127.0) Gecko/127.0 Firefox/127.0",
            Client("Firefox", "127.0", "Android", "14", "mobile"),
        ),
        (
            "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0",
            Client("Firefox", "127.0", "Ubuntu", "", "desktop"),
        ),
        (
            f"Mozilla/5.0 (Linux; Android 13; SM-S908B) {WEBKIT} SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36",
            Client("Samsung Internet", "25.0", "Android", "13", "mobile"),
        ),
        (
            f"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) {WEBKIT} Chrome/126.0.0.0 Safari/537.36",
            Client("Chrome", "126.0", "Chrome OS", "14541.0", "desktop"),
        ),
        (
            f"Mozilla/5.0 (X11; Linux x86_64) {WEBKIT} HeadlessChrome/126.0.0.0 Safari/537.36",
            Client("Headless Chrome", "126.0", "Linux", "", "desktop"),
        ),
        ("Dalvik/2.1.0 (Linux; U; Android 13; Pixel 7 Build/TQ3A)", Client("Android", "13", "Android", "13", "mobile")),
        ("curl/8.5.0", Client("curl", "8.5", "", "", "")),
        ("HTTPie/3.2.2", Client("HTTPie", "3.2", "", "", "")),
    ],
)
def test_it_reads_the_browsers_that_people_use(user_agent: str, client: Client) -> None:
    assert read_client(user_agent) == client


@pytest.mark.parametrize(
    ("user_agent", "device_type"),
    [
        (f"Mozilla/5.0 (SMART-TV; LINUX; Tizen 6.0) {WEBKIT} 76.0.3809.146/6.0 TV Safari/537.36", "tv"),
        (f"Mozilla/5.0 (Web0S; Linux/SmartTV) {WEBKIT} Chrome/94.0.4606.128 Safari/537.36", "tv"),
        (f"Mozilla/5.0 (Linux; Android 9; AFTKA Build/PS7) {WEBKIT} Chrome/121.0 Mobile Safari/537.36", "tv"),
        (f"Mozilla/5.0 (PlayStation; PlayStation 5/2.26) {APPLE} Version/13.0 Safari/605.1.15", "console"),
    ],
)
def test_it_knows_televisions_and_consoles(user_agent: str, device_type: str) -> None:
    assert read_client(user_agent).device_type == device_type


def test_nothing_is_known_of_an_empty_user_agent() -> None:
    assert read_client("") == UNKNOWN


@given(st.text(alphabet=st.characters(), max_size=50).map(lambda text: text * 300))
def test_no_text_makes_it_fail(user_agent: str) -> None:
    assert all(isinstance(field, str) for field in read_client(user_agent))


def test_a_lone_surrogate_is_an_unknown_client() -> None:
    assert read_client("Mozilla/5.0 \ud800") == UNKNOWN


def test_a_long_user_agent_is_read_by_its_beginning() -> None:
    user_agent = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {WEBKIT} Chrome/126.0.0.0 Safari/537.36 "
    assert read_client(user_agent + "x" * 10_000) == read_client(user_agent)
