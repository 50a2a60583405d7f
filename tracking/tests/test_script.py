"""The tracker as it is served."""

import gzip

import pytest

from tracking.script import MAX_AGE_S, SCRIPT, accepts_gzip

URL = "/pulse.js"


def test_it_is_the_built_file(client):
    response = client.get(URL)
    assert response.status_code == 200
    assert response.content == SCRIPT.read_bytes()
    assert response["Content-Type"] == "text/javascript; charset=utf-8"
    assert response["Content-Length"] == str(len(response.content))


def test_it_is_sent_gzipped_to_who_accepts_that(client):
    response = client.get(URL, headers={"accept-encoding": "gzip, deflate, br"})
    assert response["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.content) == SCRIPT.read_bytes()
    assert response["Vary"] == "Accept-Encoding"


@pytest.mark.parametrize(
    ("header", "is_accepted"),
    [
        ("gzip", True),
        ("br;q=1.0, GZIP ; q=0.5", True),
        ("*", True),
        ("", False),
        ("br", False),
        ("gzip;q=0", False),
        ("gzip; q=0.0, *", False),
        ("identity, *;q=0", False),
    ],
)
def test_gzip_is_used_only_when_accepted(header, is_accepted):
    assert accepts_gzip(header) is is_accepted


def test_any_site_may_load_and_cache_it(client):
    response = client.get(URL, headers={"origin": "https://shop.example"})
    assert response["Access-Control-Allow-Origin"] == "*"
    assert response["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert response["Cache-Control"] == f"public, max-age={MAX_AGE_S}"


@pytest.mark.parametrize("encoding", ["gzip", "identity"])
def test_an_unchanged_script_is_not_sent_again(client, encoding):
    etag = client.get(URL)["ETag"]
    response = client.get(URL, headers={"if-none-match": etag, "accept-encoding": encoding})
    assert response.status_code == 304
    assert response.content == b""
    assert response["Cache-Control"] == f"public, max-age={MAX_AGE_S}"
    assert client.get(URL, headers={"if-none-match": 'W/"another"'}).status_code == 200


def test_a_logged_in_visitor_changes_nothing(client):
    # No django_db mark: a look at the session or the database would fail this test.
    client.cookies["sessionid"] = "a" * 32
    response = client.get(URL)
    assert response.status_code == 200
    assert not response.cookies
    assert "Cookie" not in response["Vary"]


def test_it_is_only_read(client):
    assert client.head(URL).status_code == 200
    assert client.head(URL).content == b""
    assert client.post(URL).status_code == 405
