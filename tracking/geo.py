"""IP address -> place, from an MMDB file (MaxMind GeoLite2 / GeoIP2 City or Country, DB-IP City) at GEOIP_PATH.

Only the web process asks, and forgets the address. Nothing is cached by address, for the sake of privacy: a look-up
in the memory-mapped file takes some 10 us.
"""

import os
import threading
import time
from collections.abc import Mapping
from ipaddress import ip_address
from typing import Any, NamedTuple

import maxminddb
import structlog
from django.conf import settings

log = structlog.get_logger(__name__)

# How often the file is looked at, for a newer one. A cron job that runs geoip_update needs no restart.
CHECK_INTERVAL_S = 60.0


class Place(NamedTuple):
    """country: ISO 3166 alpha-2. region, city: English names. "" for what is not known."""

    country: str
    region: str
    city: str


NOWHERE = Place("", "", "")


def lookup(ip: str) -> Place:
    """NOWHERE for a private, unlisted or unreadable address and without a (good) file. Never raises."""
    reader = _database.reader()
    if reader is None:
        return NOWHERE
    try:
        address = ip_address(ip.partition("%")[0])
        address = getattr(address, "ipv4_mapped", None) or address
        record = reader.get(address)
    except (ValueError, maxminddb.InvalidDatabaseError):
        return NOWHERE
    return _place(record) if isinstance(record, Mapping) else NOWHERE


class _Database:
    """The opened file. A file that is replaced is opened anew; one that went bad leaves the last good one in use."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._reader: maxminddb.Reader | None = None
        self._seen: tuple[str, int, int] | None = None
        self._next_check = 0.0

    def reader(self) -> maxminddb.Reader | None:
        now = time.monotonic()
        if now >= self._next_check and self._lock.acquire(blocking=False):
            try:
                self._next_check = now + CHECK_INTERVAL_S
                self._refresh()
            finally:
                self._lock.release()
        return self._reader

    def forget(self) -> None:
        """Start as a new process does."""
        with self._lock:
            self._reader, self._seen, self._next_check = None, None, 0.0

    def _refresh(self) -> None:
        path = settings.GEOIP_PATH
        if not path:
            self._reader = self._seen = None
            return
        try:
            status = os.stat(path)
            seen = (path, status.st_ino, status.st_mtime_ns)
            if seen == self._seen:
                return
            # The old reader is left to the garbage collector: another thread may be reading in it.
            self._reader = maxminddb.open_database(path, maxminddb.MODE_AUTO)
        except (OSError, ValueError, maxminddb.InvalidDatabaseError) as error:
            seen = (path, 0, 0)
            if seen != self._seen:  # said once, not every minute
                log.warning("geoip_unavailable", path=path, error=f"{type(error).__name__}: {error}")
        self._seen = seen


def _place(record: Mapping[str, Any]) -> Place:
    country = record.get("country") or record.get("registered_country") or {}
    regions = record.get("subdivisions") or [{}]
    return Place(
        country=str(country.get("iso_code") or ""),
        region=_english(regions[0]),
        city=_english(record.get("city") or {}),
    )


def _english(named: Mapping[str, Any]) -> str:
    return str((named.get("names") or {}).get("en") or "")


_database = _Database()
forget = _database.forget
