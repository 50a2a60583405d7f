"""IP address -> place."""

import logging
import os
from pathlib import Path

import pytest
from pytest_django.fixtures import Settings

from tracking import geo
from tracking.geo import NOWHERE, Place, lookup
from tracking.tests.mmdb import write_mmdb

MAXMIND_CITY = {
    "city": {"geoname_id": 2643743, "names": {"de": "London", "en": "London"}},
    "country": {"iso_code": "GB", "names": {"en": "United Kingdom"}},
    "registered_country": {"iso_code": "US", "names": {"en": "United States"}},
    "subdivisions": [
        {"iso_code": "ENG", "names": {"en": "England", "fr": "Angleterre"}},
        {"iso_code": "WSM", "names": {"en": "Westminster"}},
    ],
}
DB_IP_CITY = {
    "city": {"names": {"en": "Mountain View"}},
    "country": {"iso_code": "US", "names": {"en": "United States"}},
    "location": {"latitude": 37.4, "longitude": -122.1},
    "subdivisions": [{"names": {"en": "California"}}],
}
COUNTRY = {"country": {"iso_code": "FR", "names": {"en": "France"}}}
REGISTERED_ONLY = {"registered_country": {"iso_code": "SE", "names": {"en": "Sweden"}}}


@pytest.fixture
def database(tmp_path: Path, settings: Settings) -> Path:
    path = write_mmdb(
        tmp_path / "city.mmdb",
        {
            "81.2.69.0/24": MAXMIND_CITY,
            "8.8.8.0/24": DB_IP_CITY,
            "5.5.5.0/24": COUNTRY,
            "2001:db8::/32": COUNTRY,
            "89.160.20.0/24": REGISTERED_ONLY,
            "9.9.9.0/24": {"city": {"names": {"de": "Wien"}}},
        },
    )
    settings.GEOIP_PATH = str(path)
    geo.forget()
    return path


@pytest.fixture(autouse=True)
def _as_a_new_process() -> None:
    geo.forget()


@pytest.mark.parametrize(
    ("ip", "place"),
    [
        ("81.2.69.142", Place("GB", "England", "London")),
        ("::ffff:81.2.69.142", Place("GB", "England", "London")),
        ("8.8.8.8", Place("US", "California", "Mountain View")),
        ("5.5.5.5", Place("FR", "", "")),
        ("2001:db8::1", Place("FR", "", "")),
        ("89.160.20.1", Place("SE", "", "")),
        ("9.9.9.9", NOWHERE),
        ("127.0.0.1", NOWHERE),
        ("192.168.1.1", NOWHERE),
        ("fe80::1%eth0", NOWHERE),
        ("", NOWHERE),
        ("not an address", NOWHERE),
    ],
)
def test_an_address_has_a_place(database: Path, ip: str, place: Place) -> None:
    assert lookup(ip) == place


def test_nothing_is_known_without_a_database(settings: Settings) -> None:
    settings.GEOIP_PATH = None
    assert lookup("8.8.8.8") == NOWHERE


@pytest.mark.parametrize("content", [None, b"", b"not a database", b"\xab\xcd\xefMaxMind.com"])
def test_a_missing_or_corrupt_file_is_said_once_and_never_an_error(
    tmp_path: Path,
    settings: Settings,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    content: bytes | None,
) -> None:
    monkeypatch.setattr(geo, "CHECK_INTERVAL_S", 0.0)
    path = tmp_path / "broken.mmdb"
    if content is not None:
        path.write_bytes(content)
    settings.GEOIP_PATH = str(path)
    with caplog.at_level(logging.WARNING):
        assert [lookup("8.8.8.8") for _ in range(3)] == [NOWHERE] * 3
    assert caplog.text.count("geoip_unavailable") == 1
    assert "8.8.8.8" not in caplog.text


def test_a_replaced_file_is_opened_anew_and_a_bad_one_leaves_the_last_good(
    database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(geo, "CHECK_INTERVAL_S", 0.0)
    assert lookup("5.5.5.5").country == "FR"
    os.replace(write_mmdb(tmp_path / "new.mmdb", {"5.5.5.0/24": {"country": {"iso_code": "PT"}}}), database)
    assert lookup("5.5.5.5").country == "PT"
    bad = tmp_path / "bad.mmdb"
    bad.write_bytes(b"bad")
    os.replace(bad, database)
    assert lookup("5.5.5.5").country == "PT"


def test_the_file_is_not_looked_at_for_every_address(database: Path, tmp_path: Path) -> None:
    assert lookup("5.5.5.5").country == "FR"
    os.replace(write_mmdb(tmp_path / "new.mmdb", {"5.5.5.0/24": {"country": {"iso_code": "PT"}}}), database)
    assert lookup("5.5.5.5").country == "FR"
