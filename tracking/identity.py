"""Who visits, without knowing who it is: hashes that nobody can turn back or join over more than a day.

visitor_id is a keyed BLAKE2b (64 bit) of address, user agent and project. Its key is the day's salt: 32 random bytes
that the first who needs them makes after 00:00 UTC, the same for every process, and that are destroyed 48 hours later.

The salt is looked for in the process, in Redis, in PostgreSQL (the row of the day is inserted once; the first wins).
PostgreSQL away: the first writer in Redis wins. Both away, and no salt of the day in this process: the process makes
one for itself and offers it to the others when they are back, so that a visitor is at worst counted twice that day.
"""

import hashlib
import secrets
import threading
import time
from datetime import UTC, date, datetime, timedelta
from datetime import time as time_of_day
from functools import lru_cache
from uuid import UUID

import redis
from django.conf import settings
from django.db import Error as DatabaseAway
from django.db import transaction

from tracking.circuit import Circuit
from tracking.connections import answers, redis_client
from tracking.salts import Salt

SALT_BYTES = 32
KEPT_FOR = timedelta(hours=48)
# How long a process goes by a salt of its own, or without yesterday's, before it asks the shared stores again.
ASK_AGAIN_S = 15


def visitor_ids(project_id: UUID, ip: str, user_agent: str, now: datetime) -> tuple[int, int | None]:
    """(visitor_id, the same under yesterday's salt or None), each a signed 64-bit number."""
    today, yesterday = _salts.of(now)
    described = b"\0".join((project_id.bytes, ip.encode(), user_agent.encode("utf-8", "surrogatepass")))
    return _hash(described, today), _hash(described, yesterday) if yesterday else None


def anonymous_visitor_id(project_id: UUID, anonymous_id: UUID) -> int:
    """The same number for the same random id of the tracker, as long as SECRET_KEY is the same."""
    return _hash(project_id.bytes + anonymous_id.bytes, _anonymous_key(settings.SECRET_KEY))


def shown(visitor_id: int) -> str:
    """As people read and type it: 16 hex digits."""
    return f"{visitor_id & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def parse_shown(text: str) -> int:
    """The visitor_id that is shown so. Raises ValueError."""
    if len(text) != 16:
        raise ValueError(text)
    return int.from_bytes(bytes.fromhex(text), "big", signed=True)


def rotate_salts(now: datetime) -> int:
    """Destroy the salts older than 48 hours; how many. Can run twice."""
    _salts.forget_before(_day(now) - timedelta(days=1))
    deleted, _ = Salt.objects.filter(day__lt=_day(now) - timedelta(days=1)).delete()
    return deleted


def _hash(described: bytes, key: bytes) -> int:
    return int.from_bytes(hashlib.blake2b(described, digest_size=8, key=key).digest(), "big", signed=True)


@lru_cache(maxsize=1)
def _anonymous_key(secret_key: str) -> bytes:
    return hashlib.blake2b(secret_key.encode(), digest_size=32, person=b"anonymous id").digest()


def _day(now: datetime) -> date:
    return now.astimezone(UTC).date()


class _Salts:
    """This process's memory of the salts of today and yesterday. Thread-safe."""

    def __init__(self) -> None:
        self._secrets: dict[date, bytes] = {}
        self._own: dict[date, bytes] = {}
        self._ask_again_at: dict[date, float] = {}
        self._lock = threading.Lock()
        self._redis_circuit = Circuit("redis", probe=answers)
        self._database_circuit = Circuit("database", 5.0)

    def of(self, now: datetime) -> tuple[bytes, bytes | None]:
        """(today's salt, yesterday's when there is one). No I/O when this process has them."""
        today = _day(now)
        yesterday = today - timedelta(days=1)
        salt = self._secrets.get(today)
        if salt is None:
            with self._lock:
                salt = self._secrets.get(today) or self._find(today, make=True)
                self.forget_before(yesterday)
        previous = self._secrets.get(yesterday)
        if previous is None and time.monotonic() >= self._ask_again_at.get(yesterday, 0.0):
            with self._lock:
                previous = self._secrets.get(yesterday) or self._find(yesterday, make=False)
        return salt, previous  # type: ignore[return-value]

    def forget_before(self, day: date) -> None:
        for memory in (self._secrets, self._own, self._ask_again_at):
            for old in [known for known in memory if known < day]:
                memory.pop(old, None)  # type: ignore[attr-defined]

    def clear(self) -> None:
        self.forget_before(date.max)
        self._redis_circuit.close()
        self._database_circuit.close()

    def _find(self, day: date, *, make: bool) -> bytes | None:
        """The shared salt of the day; when there is none, `make` offers one."""
        own = self._own.get(day)
        if own is not None and time.monotonic() < self._ask_again_at.get(day, 0.0):
            return own
        offer = (own or secrets.token_bytes(SALT_BYTES)) if make else None
        shared, is_certain = self._shared(day, offer)
        if shared is not None:
            self._secrets[day] = shared
            return shared
        # Certain that there is none: none will be made for a day that is over.
        self._ask_again_at[day] = float("inf") if is_certain else time.monotonic() + ASK_AGAIN_S
        if offer is not None:
            self._own[day] = offer
        return offer

    def _shared(self, day: date, offer: bytes | None) -> tuple[bytes | None, bool]:
        """(the salt, whether an answer of "none" is certain), from Redis, else PostgreSQL, else as Redis decides."""
        cached = self._in_redis(day, None)
        if cached is not None:
            return cached, True
        try:
            stored = self._in_database(day, offer)
        except DatabaseAway:
            return (self._in_redis(day, offer) if offer else None), False
        if stored is not None:
            # Under a race the first one in Redis stays; both read it from the same row.
            self._in_redis(day, stored)
        return stored, True

    def _in_redis(self, day: date, offer: bytes | None) -> bytes | None:
        """The day's salt in Redis, after offering one if given; None when there is none or Redis is away."""
        if self._redis_circuit.is_open:
            return None
        name = f"ap:salt:{day.isoformat()}"
        expires_at = datetime.combine(day, time_of_day(), UTC) + KEPT_FOR
        try:
            if offer is not None:
                redis_client().set(name, offer, nx=True, exat=expires_at)
            return redis_client().get(name)  # type: ignore[return-value]
        except redis.RedisError as error:
            self._redis_circuit.trip(error)
            return None

    def _in_database(self, day: date, offer: bytes | None) -> bytes | None:
        if self._database_circuit.is_open:
            raise DatabaseAway("left alone after a failure")
        try:
            with transaction.atomic():
                if offer is not None:
                    Salt.objects.bulk_create([Salt(day=day, secret=offer)], ignore_conflicts=True)
                row = Salt.objects.filter(day=day).first()
        except DatabaseAway as error:
            self._database_circuit.trip(error)
            raise
        return bytes(row.secret) if row else None


_salts = _Salts()


def clear_memory() -> None:
    """Forget the salts this process knows."""
    _salts.clear()
