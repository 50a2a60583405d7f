"""What travels compressed, and what does not."""

import gzip
import re

import brotli
import pytest

pytestmark = pytest.mark.django_db
UNPACK = {"br": brotli.decompress, "gzip": gzip.decompress}
FILES = ["/static/css/components.css", "/static/js/shell.js", "/static/img/icons.svg"]


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


def accepting(encodings: str) -> dict[str, str]:
    return {"Accept-Encoding": encodings}


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize(("accepted", "encoding"), [("gzip", "gzip"), ("gzip, deflate, br, zstd", "br")])
def test_styles_scripts_and_icons_are_compressed_for_who_takes_that(client, path, accepted, encoding):
    plain, packed = client.get(path), client.get(path, headers=accepting(accepted))
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == encoding
    assert "Accept-Encoding" in packed.headers["Vary"]
    content = body(packed)
    assert packed.headers.get("Content-Length", str(len(content))) == str(len(content))
    assert UNPACK[encoding](content) == body(plain)


def test_pages_are_compressed_by_a_length_that_tells_nothing(client):
    page = client.get("/accounts/login/", headers=accepting("gzip, br"))
    assert page.headers["Content-Encoding"] == "gzip"
    token = re.compile(rb'csrfmiddlewaretoken" value="\w+"')  # masked anew for each answer
    plain = client.get("/accounts/login/")
    assert token.sub(b"", gzip.decompress(page.content)) == token.sub(b"", plain.content)
    lengths = {len(client.get("/accounts/login/", headers=accepting("gzip")).content) for _ in range(20)}
    assert len(lengths) > 1


@pytest.mark.parametrize("path", ["/static/vendor/inter/inter-latin-wght-normal.woff2", "/health", "/api/v1/projects"])
def test_fonts_and_answers_of_the_api_are_left_as_they_are(client, path):
    assert "Content-Encoding" not in client.get(path, headers=accepting("gzip, br")).headers


def test_a_part_of_a_file_is_that_part(client):
    part = client.get("/static/js/shell.js", headers={"Range": "bytes=0-9", "Accept-Encoding": "br"})
    assert part.status_code == 206
    assert part.headers.get("Content-Encoding") != "br"


def test_static_files_may_be_kept_by_the_browser(client):
    headers = client.get("/static/css/components.css", headers=accepting("gzip, br")).headers
    assert "public" in headers["Cache-Control"]
    known = {"If-Modified-Since": headers["Last-Modified"]}
    unchanged = client.get("/static/css/components.css", headers=accepting("gzip, br") | known)
    assert unchanged.status_code == 304
