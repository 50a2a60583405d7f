"""The rules of single fields: a sent value in, the value to keep out. Each refusal has a stable code."""

import re
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any
from urllib.parse import SplitResult, unquote_plus, urlsplit

import msgspec

from tracking.campaigns import CAMPAIGN_PARAMS, CLICK_IDS
from tracking.currencies import CURRENCIES

MAX_CUSTOM_DATA_BYTES = 5 * 1024
MAX_CUSTOM_DATA_DEPTH = 4
MAX_HOSTNAME_CHARS = 253
# What survives every step to the database: MessagePack has 64 bits, and no sum of such amounts loses a cent.
MAX_INTEGER = 2**63 - 1
MAX_VALUE = 1e12
_DEFAULT_PORTS = {"http": 80, "https": 443}
_HOSTNAME = re.compile(r"[^\x00-\x20\x7f\"<>\\^`{|}%/?#@:\[\]\s]+\Z")
_ALPHANUMERIC = re.compile(r"[^\W_]")
_IPV6 = re.compile(r"[0-9a-f:.]+\Z")


class Refused(Exception):
    """A field that cannot be accepted. field: its path in the event, such as `url` or `utm_params/utm_source`."""

    def __init__(self, code: str, field: str, detail: str) -> None:
        super().__init__(code, field, detail)
        self.code = code
        self.field = field
        self.detail = detail


# Pages repeat: of a site's events nearly all are found here.
@lru_cache(maxsize=4096)
def clean_url(url: str, kept_params: tuple[str, ...]) -> str:
    """`scheme://host/path`, with the query's campaign parameters and those the project keeps.

    What else stands in a query or a fragment may be personal (tokens, addresses, searches), so it goes no further than
    here. Of a click id its presence is kept, not its value, which would tell one click from all others.
    """
    try:
        parts = urlsplit(url.strip())
        origin = _origin(parts)
    except ValueError:
        origin = None
    if origin is None:
        raise Refused("invalid_url", "url", "must be an http or https URL with a host")
    query = _kept(parts.query, kept_params) if parts.query else ""
    return f"{origin}{parts.path or '/'}?{query}" if query else f"{origin}{parts.path or '/'}"


@lru_cache(maxsize=4096)
def clean_referrer(referrer: str) -> str:
    """The referrer without query, fragment and login; "" when it is of no use. An app's (`android-app://…`) counts."""
    text = referrer.strip()
    if "://" not in text:
        text = f"https://{text}" if "." in text.partition("/")[0] else ""
    try:
        parts = urlsplit(text)
        if parts.scheme in _DEFAULT_PORTS:
            origin = _origin(parts)
            return f"{origin}{parts.path or '/'}" if origin else ""
        hostname = parts.hostname or ""
    except ValueError:
        return ""
    return f"{parts.scheme}://{hostname}{parts.path}" if _HOSTNAME.match(hostname) else ""


def moment(value: datetime | int | float, field: str) -> datetime:
    """RFC 3339 (decoded already) or epoch milliseconds as aware UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC)
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        raise Refused("invalid_timestamp", field, "is no time in epoch milliseconds") from None


def check_custom_data(data: dict[str, Any]) -> None:
    """At most 5 KB as JSON, at most 4 levels deep (the object itself is the first)."""
    _check_values(data, MAX_CUSTOM_DATA_DEPTH - 1)
    if len(msgspec.json.encode(data)) > MAX_CUSTOM_DATA_BYTES:
        raise Refused("too_large", "custom_data", f"at most {MAX_CUSTOM_DATA_BYTES:,} bytes as JSON")


def clean_currency(code: str) -> str:
    currency = code.strip().upper()
    if currency not in CURRENCIES:
        raise Refused("invalid_currency", "currency", "must be a currency code of ISO 4217, such as EUR")
    return currency


def check_value(value: float) -> None:
    if abs(value) > MAX_VALUE:
        raise Refused("out_of_range", "value", f"must lie between -{MAX_VALUE:.0f} and {MAX_VALUE:.0f}")


def without_nul(value: Any) -> Any:
    """Any JSON value with its NUL characters, which PostgreSQL cannot store, taken out of texts and names."""
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, dict):
        return {without_nul(key): without_nul(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_nul(item) for item in value]
    return value


def _origin(parts: SplitResult) -> str | None:
    """`scheme://host[:port]` in lower case, without login; None when it is no http(s) origin. Raises ValueError."""
    hostname, port = parts.hostname or "", parts.port
    if parts.scheme not in _DEFAULT_PORTS or not hostname or len(hostname) > MAX_HOSTNAME_CHARS:
        return None
    if ":" in hostname:
        if not _IPV6.match(hostname):
            return None
        hostname = f"[{hostname}]"
    elif not _HOSTNAME.match(hostname) or not _ALPHANUMERIC.search(hostname):
        return None
    has_port = port is not None and port != _DEFAULT_PORTS[parts.scheme]
    return f"{parts.scheme}://{hostname}:{port}" if has_port else f"{parts.scheme}://{hostname}"


def _kept(query: str, kept_params: tuple[str, ...]) -> str:
    kept = []
    for pair in query.split("&"):
        name = unquote_plus(pair.partition("=")[0])
        lower = name.lower()
        if lower in CLICK_IDS:
            kept.append(f"{lower}=1")
        elif lower in CAMPAIGN_PARAMS or name in kept_params:
            kept.append(pair)
    return "&".join(kept)


def _check_values(container: dict[str, Any] | list[Any], levels_left: int) -> None:
    """`levels_left`: of containers within this one."""
    for item in container.values() if isinstance(container, dict) else container:
        if isinstance(item, (str, float)):
            continue
        if isinstance(item, (dict, list)):
            if not levels_left:
                raise Refused("too_deep", "custom_data", f"at most {MAX_CUSTOM_DATA_DEPTH} levels deep")
            _check_values(item, levels_left - 1)
        elif isinstance(item, int) and not -MAX_INTEGER <= item <= MAX_INTEGER:
            raise Refused("out_of_range", "custom_data", "whole numbers must fit 64 bits")
