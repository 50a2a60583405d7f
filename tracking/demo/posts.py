"""What the demo site publishes while somebody looks: posts that are read much at first, and less from day to day."""

from collections.abc import Iterator
from random import Random

from tracking.demo.arrivals import Arrival
from tracking.demo.choice import Choice

# By how many days before the last one they are published: path, title, and readers of the first day.
_POSTS = {
    61: ("/blog/outline-first", "Outline first, write second", 26),
    47: ("/blog/citing-sources", "Citing sources without leaving the page", 18),
    25: ("/blog/focus-mode", "Focus mode, explained", 44),
    18: ("/templates/field-notes", "A template for field notes", 15),
    11: ("/blog/offline-sync", "How offline sync works", 38),
    4: ("/blog/keyboard-first", "Keyboard first", 29),
}
TITLES = {path: title for path, title, _readers in _POSTS.values()}
_FADES_BY_DAY, _ALWAYS = 0.72, 2
_FROM = ("https://t.co/aB3dE5", "https://go.bsky.app/", "https://feedly.com/", "https://www.google.com/", "")
_LEAVES = 0.56


def readers(rng: Random, ago: int) -> Iterator[Arrival]:
    """Who comes for a post on the day so many days before the last one."""
    for published_ago, (path, _title, first_readers) in _POSTS.items():
        age = published_ago - ago
        if age >= 0:
            expected = first_readers * _FADES_BY_DAY**age + _ALWAYS
            for _ in range(round(expected * rng.uniform(0.7, 1.3))):
                yield Arrival(rng.choice(_FROM), "", Choice([(1, path)]), _LEAVES)
