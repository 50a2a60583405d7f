import pytest

from analytics_pulse import request_id


def test_each_answer_names_its_request(client):
    first, second = client.get("/health"), client.get("/health")
    assert request_id.WELL_FORMED(first.headers["X-Request-ID"])
    assert first.headers["X-Request-ID"] != second.headers["X-Request-ID"]


def test_the_name_that_a_proxy_gave_is_kept(client):
    assert (
        client.get("/health", headers={"X-Request-ID": "proxy-1234.5678"}).headers["X-Request-ID"] == "proxy-1234.5678"
    )


@pytest.mark.parametrize("given", ["short", "x" * 65, 'quote"quote"quote', "line\nbreak", "<b>bold</b>"])
def test_a_name_that_could_forge_a_log_line_is_replaced(client, given):
    assert client.get("/health", headers={"X-Request-ID": given}).headers["X-Request-ID"] != given


def test_the_name_does_not_outlive_the_request(client):
    client.get("/health")
    assert request_id.current.get() == ""
