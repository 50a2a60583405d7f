"""The pseudonym of a client for rate limits."""

import pytest
from django.test import RequestFactory

from projects.client_address import pseudonym_of

DIRECT = {"REMOTE_ADDR": "203.0.113.7"}


def of(**meta: str) -> str:
    return pseudonym_of(RequestFactory().get("/", **meta))


def test_it_holds_no_address():
    assert "203.0.113.7" not in of(**DIRECT)
    assert of(**DIRECT) == of(**DIRECT) != of(REMOTE_ADDR="203.0.113.8")


def test_behind_our_proxy_the_client_counts():
    assert of(REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.7") == of(**DIRECT)
    assert of(REMOTE_ADDR="10.0.0.2", HTTP_X_FORWARDED_FOR="198.51.100.1, 203.0.113.7, 10.0.0.1") == of(**DIRECT)


def test_a_client_cannot_choose_its_pseudonym():
    assert of(**DIRECT, HTTP_X_FORWARDED_FOR="198.51.100.1") == of(**DIRECT)


def test_the_addresses_of_one_ipv6_network_are_one_client():
    assert of(REMOTE_ADDR="2001:db8::1") == of(REMOTE_ADDR="2001:db8::ffff") != of(REMOTE_ADDR="2001:db8:0:1::1")
    assert of(REMOTE_ADDR="::ffff:203.0.113.7") == of(**DIRECT)


@pytest.mark.parametrize("meta", [{"REMOTE_ADDR": ""}, {"REMOTE_ADDR": "", "HTTP_X_FORWARDED_FOR": "nonsense"}])
def test_a_request_without_an_address_has_one_too(meta):
    assert of(**meta) == "unknown"
