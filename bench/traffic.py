"""Realistic, distinct requests: many visitors, pages, user agents and projects; deterministic by seed."""

import json
import random
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

AGENTS = [
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{version}.0.0.0 {rest}"
    for system, rest in (
        ("Windows NT 10.0; Win64; x64", "Safari/537.36"),
        ("Macintosh; Intel Mac OS X 10_15_7", "Safari/537.36"),
        ("Linux; Android 10; K", "Mobile Safari/537.36"),
        ("X11; Linux x86_64", "Safari/537.36"),
    )
    for version in range(110, 132)
] + [
    f"Mozilla/5.0 (iPhone; CPU iPhone OS {major}_{minor} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    f"Version/{major}.{minor} Mobile/15E148 Safari/604.1"
    for major in (16, 17, 18)
    for minor in range(6)
]
REFERRERS = [
    "",
    "",
    "https://www.google.com/",
    "https://duckduckgo.com/",
    "https://news.ycombinator.com/",
    "https://x.com/",
]
PAGES = [f"/blog/{number}" for number in range(300)] + [f"/docs/{number}" for number in range(150)] + ["/", "/pricing"]
ZONES = ["Europe/Berlin", "America/New_York", "Asia/Tokyo", "Australia/Sydney", "America/Sao_Paulo"]


def requests(count: int, batch: int, keys: Sequence[str], seed: int = 1) -> Iterator[tuple[str, str, str, bytes]]:
    """(user agent, client address, key, body) of `count` requests of `batch` events; a client sends about three."""
    chance = random.Random(seed)
    clients = [_client(chance) for _ in range(max(1, count // 3))]
    now_ms = int(datetime.now(UTC).timestamp() * 1000)
    for number in range(count):
        agent, address, zone, width = clients[number % len(clients)]
        key = keys[hash(address) % len(keys)]
        events = [_event(chance, zone, width, now_ms) for _ in range(batch)]
        yield agent, address, key, json.dumps({"events": events}, separators=(",", ":")).encode()


def write(path: Path, count: int, batch: int, keys: Sequence[str], seed: int = 1) -> int:
    """The requests as lines for load.lua; the mean body size in bytes."""
    size = 0
    with path.open("wb") as file:
        for agent, address, key, body in requests(count, batch, keys, seed):
            file.write(b"%s\t%s\t%s\t%s\n" % (agent.encode(), address.encode(), key.encode(), body))
            size += len(body)
    return size // max(1, count)


def _client(chance: random.Random) -> tuple[str, str, str, int]:
    address = ".".join(str(chance.randrange(1, 255)) for _ in range(4))
    return chance.choice(AGENTS), address, chance.choice(ZONES), chance.choice((390, 1280, 1440, 1920))


def _event(chance: random.Random, zone: str, width: int, now_ms: int) -> dict[str, object]:
    page = chance.choice(PAGES)
    event: dict[str, object] = {
        "event_id": str(UUID(int=chance.getrandbits(128), version=4)),
        "event_type": "pageview",
        "url": f"https://bench.example{page}"
        + ("?utm_source=newsletter&utm_medium=email" if chance.random() < 0.1 else ""),
        "referrer": chance.choice(REFERRERS),
        "title": f"Page {page}",
        "language": "en-US",
        "timezone": zone,
        "timestamp": now_ms - chance.randrange(60_000),
        "screen_width": width,
        "screen_height": 900,
        "viewport_width": width,
        "viewport_height": 800,
    }
    if chance.random() < 0.15:
        event |= {
            "event_type": "custom",
            "event_name": chance.choice(("signup", "add to cart", "search")),
            "custom_data": {"plan": chance.choice(("free", "team")), "position": chance.randrange(20)},
        }
    return event
