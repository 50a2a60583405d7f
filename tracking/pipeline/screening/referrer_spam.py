"""Referrers that exist to be looked up in statistics."""

from functools import cache

from tracking import data


def is_spam(host: str) -> bool:
    """host: a referrer's, as `read_referrer` makes it."""
    spammers = _spammers()
    while host:
        if host in spammers:
            return True
        host = host.partition(".")[2]
    return False


@cache
def _spammers() -> frozenset[str]:
    return frozenset(data.lines("referrer_spam.txt"))
