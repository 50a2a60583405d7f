"""Who a login attempt comes from, for rate limits alone, and without keeping anybody's address."""

from ipaddress import IPv6Address

from django.http import HttpRequest
from django.utils.crypto import salted_hmac

from analytics_pulse.client_address import seen_by


def pseudonym_of(request: HttpRequest) -> str:
    """The same text for the same client address, seen through the proxies that we trust.

    A keyed digest, since the limits' counters lie in Redis. "unknown" for a request without an address, such as one
    through a Unix socket: all of those share their limits.
    """
    address = seen_by(request).address
    if address is None:
        return "unknown"
    # Whoever has one IPv6 address has the 2^64 of its network.
    network = address.packed[:8] if isinstance(address, IPv6Address) else address.packed
    return salted_hmac("projects.client_address", network, algorithm="sha256").hexdigest()[:32]
