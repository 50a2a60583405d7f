"""Where a value of a dimension can be opened: the page itself, or the site that sent somebody."""

from urllib.parse import quote

# Paths on the site; and what begins with a host.
_PATHS = frozenset({"page", "entry_page", "exit_page"})
_HOSTS = frozenset({"hostname", "referrer"})
_SAFE = "/?&=:;,@!$'()*+~%-._"


def address(dimension: str, value: str, domain: str) -> str:
    """ "" where there is none."""
    if dimension in _PATHS and value.startswith("/"):
        return f"https://{domain}{quote(value, _SAFE)}"
    if dimension in _HOSTS and "." in value and ":" not in value and not value.startswith((".", "/")):
        return f"https://{quote(value, _SAFE)}"
    return ""
