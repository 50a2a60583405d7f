import io
import json
import logging
import logging.config

import pytest
from django.conf import settings
from django.db import OperationalError

from analytics_pulse import logs, request_id


@pytest.fixture
def lines(monkeypatch):
    """The lines that are logged in production's way, parsed."""
    stream = io.StringIO()
    monkeypatch.setattr("sys.stderr", stream)
    logs.configure({"json": True, "level": "INFO"})
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    logs.configure(settings.LOGGING)


def test_a_line_is_one_json_object_with_the_request_it_belongs_to(lines):
    token = request_id.current.set("0123456789abcdef")
    logging.getLogger("tracking").warning("something %s", "odd")
    request_id.current.reset(token)
    (line,) = lines()
    assert line.pop("timestamp")
    assert line == {
        "event": "something odd",
        "level": "warning",
        "logger": "tracking",
        "request_id": "0123456789abcdef",
    }


def test_a_traceback_is_kept_without_the_values_of_variables(lines):
    def fail(visitor_ip):
        raise ValueError("no")

    address = ".".join(["203", "0", "113", "9"])  # not in the source line, which the traceback does show
    try:
        fail(address)
    except ValueError:
        logging.getLogger("tracking").exception("failed")
    (line,) = lines()
    assert "ValueError: no" in line["exception"]
    assert address not in json.dumps(line)


def test_a_server_that_is_away_is_one_line_without_a_traceback(lines):
    try:
        raise OperationalError("connection refused\nIs the server running?")
    except OperationalError:
        logging.getLogger("tracking").exception("cannot store")
    (line,) = lines()
    assert line["error"] == "OperationalError: connection refused"
    assert "exception" not in line


def test_a_failed_page_is_logged_and_neither_a_missing_one_nor_an_overload(lines, client):
    client.get("/no-such-page")
    client.get("/ready")
    assert [line["logger"] for line in lines()] == []
    logging.getLogger("django.request").error("Internal Server Error", extra={"status_code": 500})
    assert [line["event"] for line in lines()] == ["Internal Server Error"]


def test_a_process_that_ends_because_a_server_is_away_says_so_in_one_line(capsys):
    error = OperationalError("connection refused\nIs the server running?")
    logs.end_with(OperationalError, error, None)
    assert capsys.readouterr().err == "OperationalError: connection refused\n"
    logs.end_with(ValueError, ValueError("ours"), None)
    assert "ValueError: ours" in capsys.readouterr().err


@pytest.mark.django_db
def test_a_line_about_a_request_does_not_tell_what_opens_a_page(lines, client, monkeypatch):
    def fail(slug):
        raise RuntimeError("broken")

    monkeypatch.setattr("reports.shared_links.open_link", fail)
    client.raise_request_exception = False
    assert client.get("/share/kHf83-secret").status_code == 500
    (line,) = lines()
    assert line["event"] == "Internal Server Error: /share/<slug>"
    assert "kHf83" not in json.dumps(line)


def test_a_request_that_is_refused_is_one_line(lines, client):
    assert client.get("/", headers={"Host": "elsewhere.example"}).status_code == 400
    (line,) = lines()
    assert line["error"].startswith("DisallowedHost: ")
    assert "exception" not in line
