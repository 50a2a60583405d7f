"""`manage.py geoip_update`, against a local server that answers as MaxMind does."""

import base64
import hashlib
import io
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.management import CommandError, call_command
from pytest_django.fixtures import Settings

from tracking import geo
from tracking.tests.mmdb import write_mmdb

LICENCE_KEY = "s3cret-key"
BASIC = "Basic " + base64.b64encode(f"42:{LICENCE_KEY}".encode()).decode()


class MaxMind:
    """archive: what it offers. The newer address redirects to a storage that must not see the credentials."""

    def __init__(self, archive: bytes) -> None:
        self.archive = archive
        self.checksum = hashlib.sha256(archive).hexdigest()
        self.seen_by_storage: list[str | None] = []
        maxmind = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                query = {name: values[0] for name, values in parse_qs(parts.query).items()}
                if parts.path == "/storage":
                    maxmind.seen_by_storage.append(self.headers["Authorization"])
                    return self.answer(200, maxmind.body(query["suffix"]))
                if parts.path == "/geoip/databases/GeoLite2-City/download":
                    if self.headers["Authorization"] != BASIC:
                        return self.answer(401, b"Invalid license key")
                    return self.answer(302, b"", location=f"/storage?suffix={query['suffix']}")
                if parts.path == "/app/geoip_download" and query["edition_id"] == "GeoLite2-City":
                    known = query["license_key"] == LICENCE_KEY
                    return self.answer(200, maxmind.body(query["suffix"])) if known else self.answer(401, b"no")
                return self.answer(404, b"no such edition")

            def answer(self, status: int, body: bytes, location: str = "") -> None:
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *args: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def body(self, suffix: str) -> bytes:
        return self.archive if suffix == "tar.gz" else f"{self.checksum}  GeoLite2-City_20260501.tar.gz\n".encode()


def an_archive(files: dict[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as tar:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            tar.addfile(entry, io.BytesIO(content))
    return buffer.getvalue()


@pytest.fixture
def maxmind(tmp_path: Path) -> Iterator[MaxMind]:
    content = write_mmdb(tmp_path / "source.mmdb", {"5.5.5.0/24": {"country": {"iso_code": "FR"}}}).read_bytes()
    maxmind = MaxMind(
        an_archive({"GeoLite2-City_20260501/LICENSE.txt": b"CC", "GeoLite2-City_20260501/GeoLite2-City.mmdb": content})
    )
    thread = threading.Thread(target=maxmind.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield maxmind
    maxmind.server.shutdown()
    thread.join()
    maxmind.server.server_close()


@pytest.fixture
def target(tmp_path: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in ("MAXMIND_ACCOUNT_ID", "MAXMIND_LICENSE_KEY", "MAXMIND_LICENSE_KEY_FILE"):
        monkeypatch.delenv(name, raising=False)
    path = tmp_path / "place" / "city.mmdb"
    settings.GEOIP_PATH = str(path)
    geo.forget()
    return path


def files_beside(target: Path) -> list[str]:
    return sorted(entry.name for entry in target.parent.iterdir()) if target.parent.exists() else []


def test_it_puts_the_database_where_look_ups_find_it(
    maxmind: MaxMind, target: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    call_command("geoip_update", account_id="42", licence_key=LICENCE_KEY, url=maxmind.url)
    assert geo.lookup("5.5.5.5").country == "FR"
    assert files_beside(target) == ["city.mmdb"]
    out = capsys.readouterr().out
    assert str(target) in out
    assert LICENCE_KEY not in out


def test_the_storage_that_it_is_sent_to_never_sees_the_licence_key(maxmind: MaxMind, target: Path) -> None:
    call_command("geoip_update", account_id="42", licence_key=LICENCE_KEY, url=maxmind.url)
    assert maxmind.seen_by_storage == [None, None]


def test_a_licence_key_alone_uses_the_older_address(maxmind: MaxMind, target: Path) -> None:
    call_command("geoip_update", licence_key=LICENCE_KEY, url=maxmind.url)
    assert geo.lookup("5.5.5.5").country == "FR"


def test_the_licence_key_may_stand_in_a_file(
    maxmind: MaxMind, target: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "key").write_text(LICENCE_KEY + "\n")
    monkeypatch.setenv("MAXMIND_LICENSE_KEY_FILE", str(tmp_path / "key"))
    monkeypatch.setenv("MAXMIND_ACCOUNT_ID", "42")
    call_command("geoip_update", url=maxmind.url)
    assert target.exists()


def test_a_wrong_checksum_leaves_the_old_database(maxmind: MaxMind, target: Path) -> None:
    target.parent.mkdir()
    target.write_bytes(b"old")
    maxmind.checksum = "0" * 64
    with pytest.raises(CommandError, match="SHA-256"):
        call_command("geoip_update", licence_key=LICENCE_KEY, url=maxmind.url)
    assert target.read_bytes() == b"old"
    assert files_beside(target) == ["city.mmdb"]


@pytest.mark.parametrize(
    ("archive", "message"),
    [
        (b"not an archive", "not a good database"),
        (an_archive({"README": b"nothing"}), "no .mmdb file"),
        (an_archive({"../../x.mmdb": b"not a database"}), "not a good database"),
    ],
)
def test_an_archive_without_a_good_database_is_refused(
    maxmind: MaxMind, target: Path, archive: bytes, message: str
) -> None:
    maxmind.archive, maxmind.checksum = archive, hashlib.sha256(archive).hexdigest()
    with pytest.raises(CommandError, match=message):
        call_command("geoip_update", licence_key=LICENCE_KEY, url=maxmind.url)
    assert files_beside(target) == []


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"licence_key": "wrong"}, "refused the account id or licence key"),
        ({"licence_key": "wrong", "account_id": "42"}, "refused the account id or licence key"),
        ({"licence_key": LICENCE_KEY, "edition": "GeoLite2-Moon"}, "GeoLite2-Moon: MaxMind knows no such edition"),
        ({}, "set MAXMIND_LICENSE_KEY"),
        ({"licence_key": LICENCE_KEY, "url": "http://127.0.0.1:1"}, "cannot reach 127.0.0.1:1"),
    ],
)
def test_it_says_what_is_wrong_without_the_key(
    maxmind: MaxMind, target: Path, options: dict[str, str], message: str
) -> None:
    with pytest.raises(CommandError, match=message) as error:
        call_command("geoip_update", **({"url": maxmind.url} | options))
    assert LICENCE_KEY not in str(error.value)
    assert not target.exists()


def test_it_says_that_geoip_path_is_missing(settings: Settings) -> None:
    settings.GEOIP_PATH = None
    with pytest.raises(CommandError, match="set GEOIP_PATH"):
        call_command("geoip_update", licence_key=LICENCE_KEY)
