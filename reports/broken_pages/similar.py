"""The page of a site that a broken address most likely means."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from rapidfuzz import fuzz, process

# Below it, pages that have nothing to do with each other look alike too.
LEAST_SCORE = 70
# Longer addresses are like no other: anybody can ask for any, and to compare long ones takes seconds.
MAX_COMPARED_CHARS = 120
_BETWEEN_WORDS = re.compile(r"[\W_]+")
_ENDING = re.compile(r"\.(html?|php|aspx?|jsp)$")


@dataclass(frozen=True, slots=True)
class Similar:
    """score: 100 for the same words in another spelling or order, down to LEAST_SCORE."""

    path: str
    score: int


class SitePages:
    """Pages of a site, with how often each is seen."""

    def __init__(self, views: Mapping[str, float]) -> None:
        self.paths = sorted(views, key=lambda each: (-views[each], each))
        words = [_words(each) for each in self.paths]
        # None is left out: the front page is like everything.
        self._spelled = [_compared(each) for each in words]
        self._sorted = [_compared(sorted(each)) for each in words]

    def closest(self, path: str) -> Similar | None:
        """The one whose words are closest, wherever they stand in it, since a page is often moved to another folder; of
        those that are equally close the one seen most. None: none is close. A millisecond, 8 at worst, for 5,000."""
        words = _words(path)
        spelled, moved = (
            process.extractOne(_compared(own), theirs, scorer=fuzz.ratio, score_cutoff=LEAST_SCORE)
            for own, theirs in ((words, self._spelled), (sorted(words), self._sorted))
        )
        best = max((each for each in (spelled, moved) if each), key=lambda each: each[1], default=None)
        return Similar(self.paths[best[2]], round(best[1])) if best else None


def _words(path: str) -> list[str]:
    """Of an address without its query and ending, in small letters; none of the front page."""
    plain = unquote(path.partition("?")[0]).casefold().rstrip("/")
    return _BETWEEN_WORDS.sub(" ", _ENDING.sub("", plain)).split()


def _compared(words: list[str]) -> str | None:
    text = " ".join(words)
    return text if 0 < len(text) <= MAX_COMPARED_CHARS else None
