"""The address of a request's client, seen through the proxies we trust: the one reading of X-Forwarded-For."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import NamedTuple

from django.conf import settings
from django.http import HttpRequest

Address = IPv4Address | IPv6Address


# Peers found to be proxies of ours, so that each request need not look again; never a visitor of the internet.
MAX_PROXIES = 100
_proxies: dict[str, Address] = {}


class Seen(NamedTuple):
    """address: the client's, None when unknown. is_proxied: whether a proxy of ours brought the request."""

    address: Address | None
    is_proxied: bool


def seen_by(request: HttpRequest) -> Seen:
    """Who sent this request. Never raises. The address must not be kept."""
    name = request.META.get("REMOTE_ADDR", "")
    peer = _proxies.get(name)
    if peer is None:
        peer = parsed(name)
        # No address: the peer came through a Unix socket, so it is a proxy on this machine.
        if peer is not None and not _is_trusted(peer):
            return Seen(peer, is_proxied=False)
        if peer is not None and len(_proxies) < MAX_PROXIES:
            _proxies[name] = peer
    return Seen(_forwarded(request.META.get("HTTP_X_FORWARDED_FOR", "")) or peer, is_proxied=True)


def parsed(text: str) -> Address | None:
    """The address, or None when it is none. A port, a zone and an IPv4-mapped prefix are taken off."""
    text = text.strip().strip('"')
    if text.startswith("["):
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:
        text = text.partition(":")[0]
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _forwarded(header: str) -> Address | None:
    """The right-most address that is not one of our proxies: those to its left, anybody may have written.

    None when there is none or what stands there is no address.
    """
    address = None
    for text in reversed(header.split(",")) if header else ():
        address = parsed(text)
        if address is None or not _is_trusted(address):
            return address
    return address


def _is_trusted(address: Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)


def clear_memory() -> None:
    """Forget the proxies this process has found."""
    _proxies.clear()
