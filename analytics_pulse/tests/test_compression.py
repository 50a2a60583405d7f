"""What travels compressed, and what does not."""

import gzip
import re

import pytest

pytestmark = pytest.mark.django_db
ACCEPTS = {"Accept-Encoding": "gzip, deflate, br"}


def body(response) -> bytes:
    return b"".join(response.streaming_content) if response.streaming else response.content


@pytest.mark.parametrize(
    "path", ["/accounts/login/", "/static/css/components.css", "/static/js/shell.js", "/static/img/icons.svg"]
)
def test_pages_styles_and_scripts_are_compressed_for_who_takes_that(client, path):
    plain, packed = client.get(path), client.get(path, headers=ACCEPTS)
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert "Accept-Encoding" in packed.headers["Vary"]
    unpacked = gzip.decompress(body(packed))
    token = re.compile(rb'csrfmiddlewaretoken" value="\w+"')  # masked anew for each answer
    assert token.sub(b"", unpacked) == token.sub(b"", body(plain))


@pytest.mark.parametrize("path", ["/static/vendor/inter/inter-latin-wght-normal.woff2", "/health", "/api/v1/projects"])
def test_fonts_and_answers_of_the_api_are_left_as_they_are(client, path):
    assert "Content-Encoding" not in client.get(path, headers=ACCEPTS).headers


def test_static_files_may_be_kept_by_the_browser(client):
    headers = client.get("/static/css/components.css", headers=ACCEPTS).headers
    assert "public" in headers["Cache-Control"]
    known = {"If-Modified-Since": headers["Last-Modified"]}
    unchanged = client.get("/static/css/components.css", headers=ACCEPTS | known)
    assert unchanged.status_code == 304
