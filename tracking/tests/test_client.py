"""The client of a request: its address through trusted proxies, its user agent, its country."""

import pytest
from django.test import RequestFactory

from analytics_pulse.env import ip_network
from tracking.client import client_of, is_within, normal_ip


def client(peer="198.51.100.7", forwarded=None, **headers):
    if forwarded is not None:
        headers["X-Forwarded-For"] = forwarded
    return client_of(RequestFactory().post("/", headers=headers, REMOTE_ADDR=peer))


@pytest.mark.parametrize(
    ("peer", "forwarded", "ip"),
    [
        ("198.51.100.7", None, "198.51.100.7"),
        ("198.51.100.7", "203.0.113.5", "198.51.100.7"),  # anybody can write the header
        ("127.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.1.2.3", "203.0.113.5", "203.0.113.5"),
        ("::1", "203.0.113.5", "203.0.113.5"),
        ("::ffff:10.0.0.1", "203.0.113.5", "203.0.113.5"),
        ("10.0.0.1", "6.6.6.6, 203.0.113.5", "203.0.113.5"),  # what the client wrote itself stands to the left
        ("10.0.0.1", "6.6.6.6, 203.0.113.5, 10.0.0.2, 192.168.1.1", "203.0.113.5"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3"),  # all ours: a visitor of the intranet
        ("10.0.0.1", "nonsense", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5, nonsense", "10.0.0.1"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("10.0.0.1", ",,", "10.0.0.1"),
        ("10.0.0.1", "203.0.113.5:4711", "203.0.113.5"),
        ("10.0.0.1", '"[2001:DB8::0001]:4711"', "2001:db8::1"),
        ("10.0.0.1", "2001:0db8:0::1", "2001:db8::1"),
        ("10.0.0.1", "fe80::1%eth0", "fe80::1"),
        ("10.0.0.1", "::ffff:203.0.113.5", "203.0.113.5"),
        ("", "203.0.113.5", "203.0.113.5"),  # through a Unix socket
        ("", None, ""),
        ("unix:", None, ""),
    ],
)
def test_the_address_is(peer, forwarded, ip):
    assert client(peer, forwarded).ip == ip


def test_only_the_configured_proxies_are_trusted(settings):
    settings.TRUSTED_PROXIES = [ip_network("198.51.100.0/24")]
    assert client("198.51.100.7", "203.0.113.5").ip == "203.0.113.5"
    assert client("10.0.0.1", "203.0.113.5").ip == "10.0.0.1"


@pytest.mark.parametrize(
    ("sent", "kept"),
    [("Firefox", "Firefox"), ("x" * 10_000, "x" * 512), ("", ""), ("a\0b", "ab"), ("Fire\udc80fox", "Fire?fox")],
)
def test_any_user_agent_can_be_stored(sent, kept):
    request = RequestFactory().post("/", HTTP_USER_AGENT=sent)
    user_agent = client_of(request).user_agent
    assert user_agent == kept
    user_agent.encode()


@pytest.mark.parametrize(
    ("value", "country"), [("NZ", "NZ"), ("nz", "NZ"), ("XX", ""), ("T1", ""), ("NZL", ""), ("", ""), ("ÄÖ", "")]
)
def test_the_cdns_country_counts(settings, value, country):
    settings.GEOIP_COUNTRY_HEADER = "CF-IPCountry"
    assert client("10.0.0.1", "203.0.113.5", **{"CF-IPCountry": value}).country == country


def test_the_cdns_country_is_believed_of_a_trusted_proxy_only(settings):
    settings.GEOIP_COUNTRY_HEADER = "CF-IPCountry"
    assert client(**{"CF-IPCountry": "NZ"}).country == ""
    settings.GEOIP_COUNTRY_HEADER = None
    assert client("10.0.0.1", **{"CF-IPCountry": "NZ"}).country == ""


@pytest.mark.parametrize(
    ("ip", "networks", "within"),
    [
        ("203.0.113.5", ("203.0.113.0/24",), True),
        ("203.0.113.5", ("203.0.113.5",), True),
        ("203.0.113.5", ("203.0.113.7/24",), True),  # host bits set: what its writer meant is plain
        ("203.0.114.5", ("203.0.113.0/24",), False),
        ("203.0.113.5", ("nonsense", " 203.0.113.0/24 "), True),
        ("203.0.113.5", ("::ffff:203.0.113.0/120",), True),
        ("203.0.113.5", (), False),
        ("2001:db8::5", ("203.0.113.0/24", "2001:db8::/32"), True),
        ("", ("0.0.0.0/0",), False),
    ],
)
def test_an_address_is_judged_by_ranges(ip, networks, within):
    assert is_within(ip, networks) is within


@pytest.mark.parametrize(
    ("text", "ip"), [(" 203.0.113.5 ", "203.0.113.5"), ("203.0.113", None), ("x", None), ("", None)]
)
def test_an_address_has_one_spelling(text, ip):
    assert normal_ip(text) == ip
