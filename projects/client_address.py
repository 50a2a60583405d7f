"""Who a login attempt comes from, for rate limits alone, and without keeping anybody's address."""

from ipaddress import IPv4Address, IPv6Address, ip_address

from django.conf import settings
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def pseudonym_of(request: HttpRequest) -> str:
    """The same text for the same client address, seen through the proxies that we trust.

    A keyed digest, since the limits' counters lie in Redis. "unknown" for a request without an address, such as one
    through a Unix socket: all of those share their limits.
    """
    address = _address(request.META.get("REMOTE_ADDR", ""))
    if address is None or _is_trusted(address):
        address = _forwarded(request.META.get("HTTP_X_FORWARDED_FOR", "")) or address
    if address is None:
        return "unknown"
    # Whoever has one IPv6 address has the 2^64 of its network.
    network = address.packed[:8] if isinstance(address, IPv6Address) else address.packed
    return salted_hmac("projects.client_address", network, algorithm="sha256").hexdigest()[:32]


def _forwarded(header: str) -> IPv4Address | IPv6Address | None:
    """The right-most address that is not a proxy of ours: those to its left, anybody may have written."""
    for text in reversed(header.split(",")):
        address = _address(text)
        if address is None or not _is_trusted(address):
            return address
    return None


def _address(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return address.ipv4_mapped or address if isinstance(address, IPv6Address) else address


def _is_trusted(address: IPv4Address | IPv6Address) -> bool:
    return any(address in network for network in settings.TRUSTED_PROXIES)
