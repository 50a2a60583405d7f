"""What a request says of its client: address, user agent, country. The address lives no longer than the request."""

from functools import lru_cache
from ipaddress import IPv6Network, ip_network

import msgspec
from django.conf import settings
from django.http import HttpRequest

from analytics_pulse.client_address import parsed, seen_by
from analytics_pulse.env import Network

MAX_USER_AGENT_CHARS = 512


class Client(msgspec.Struct, frozen=True):
    """ip: normalised text, or "" when unknown. country: from the CDN in front (ISO code), or ""."""

    ip: str
    user_agent: str
    country: str = ""


def client_of(request: HttpRequest) -> Client:
    """The client of this request, seen through the proxies we trust. Never raises."""
    seen = seen_by(request)
    country = _country(request) if seen.is_proxied else ""
    user_agent = request.META.get("HTTP_USER_AGENT", "")
    return Client(str(seen.address) if seen.address else "", clip_user_agent(user_agent), country)


def clip_user_agent(user_agent: str) -> str:
    """Any text as a user agent that can be stored."""
    return user_agent[:MAX_USER_AGENT_CHARS].replace("\0", "").encode("utf-8", "replace").decode()


def normal_ip(text: str) -> str | None:
    """The address in its one spelling, or None when it is none. A port and an IPv4-mapped prefix are taken off."""
    address = parsed(text)
    return str(address) if address else None


def is_within(ip: str, networks: tuple[str, ...]) -> bool:
    """Whether the address is in one of the CIDR ranges."""
    address = parsed(ip) if networks else None
    return address is not None and any(address in network for network in _networks(networks))


@lru_cache(maxsize=1024)
def _networks(texts: tuple[str, ...]) -> tuple[Network, ...]:
    """The ranges; what is none is passed over, for a typing error must not stop ingestion."""
    networks: list[Network] = []
    for text in texts:
        try:
            network = ip_network(text.strip(), strict=False)
        except ValueError:
            continue
        mapped = network.network_address.ipv4_mapped if isinstance(network, IPv6Network) else None
        networks.append(ip_network(f"{mapped}/{max(0, network.prefixlen - 96)}") if mapped else network)
    return tuple(networks)


def _country(request: HttpRequest) -> str:
    if not settings.GEOIP_COUNTRY_HEADER:
        return ""
    value = request.headers.get(settings.GEOIP_COUNTRY_HEADER, "").strip().upper()
    # Cloudflare says XX for unknown and T1 for Tor.
    return value if len(value) == 2 and value.isascii() and value.isalpha() and value != "XX" else ""
