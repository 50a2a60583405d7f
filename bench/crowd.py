"""Visits as a site of some size has them, made up from a seed: who comes, from where, on what, and what they do.

Shares follow what public statistics say of the web: most traffic on few pages (Zipf), two thirds of a few countries,
browsers and sources with long tails. A visit has about three events.
"""

import random
from bisect import bisect
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any, NamedTuple
from uuid import UUID

from tracking.storage.rows import CompletionRow, EventRow

PAGES = 500
GOAL = UUID(int=0x60A1)
EVENTS_A_VISIT = 3.06  # as visit() comes out over a million visits
# Share of a day's visits by its hour, in UTC; and of a week's by its weekday, from Monday on.
HOURS = (2, 1.5, 1.2, 1, 1, 1.3, 2, 3.2, 4.6, 5.6, 6, 6.1, 5.8, 6, 6.2, 6.1, 5.9, 5.7, 5.6, 5.5, 5.2, 4.7, 3.8, 2.9)
WEEKDAYS = (1.12, 1.15, 1.15, 1.12, 1.05, 0.7, 0.71)


class Weighted:
    """Values with weights; pick(x) takes one for x in [0, 1)."""

    def __init__(self, values: dict[Any, float]) -> None:
        self._values = list(values)
        self._sums = list(accumulate(values.values()))

    def pick(self, x: float) -> Any:
        return self._values[bisect(self._sums, x * self._sums[-1])]


def zipf(values: list[Any], exponent: float = 1.0) -> Weighted:
    return Weighted({value: 1 / (rank + 1) ** exponent for rank, value in enumerate(values)})


class Origin(NamedTuple):
    source: str
    channel: str
    referrer: str = ""
    medium: str = ""
    campaign: str = ""


_GOOGLE = "https://www.google.com/"
_TAIL = {Origin(f"site-{n}.example", "Referral", f"https://site-{n}.example/"): 18 / (n + 4) for n in range(200)}
_ADS = {Origin("google", "Paid Search", _GOOGLE, "cpc", f"campaign-{n}"): 6 / (n + 1) for n in range(30)}
_MAIL = {Origin("newsletter", "Email", "", "email", f"letter-{n}"): 0.25 for n in range(24)}
ORIGINS = Weighted({
    Origin("", "Direct"): 95,
    Origin("Google", "Organic Search", _GOOGLE): 90,
    Origin("Bing", "Organic Search", "https://www.bing.com/"): 10,
    Origin("DuckDuckGo", "Organic Search", "https://duckduckgo.com/"): 9,
    Origin("Hacker News", "Organic Social", "https://news.ycombinator.com/"): 6,
    Origin("Reddit", "Organic Social", "https://out.reddit.com/"): 8,
    Origin("LinkedIn", "Organic Social", "https://www.linkedin.com/"): 7,
    Origin("ChatGPT", "AI Assistants", "https://chatgpt.com/"): 9,
    Origin("GitHub", "Referral", "https://github.com/"): 7,
} | _TAIL | _ADS | _MAIL)  # fmt: skip
_CODES = [
    "US", "DE", "GB", "IN", "FR", "CA", "NL", "BR", "ES", "AU", "PL", "IT", "JP", "SE", "CH", "AT", "BE", "ID", "MX",
    "TR", "PT", "DK", "CZ", "NO", "FI", "RO", "UA", "IE", "SG", "NZ", "ZA", "AR", "KR", "GR", "HU", "IL", "PH", "VN",
    "TH", "MY", "CO", "CL", "BG", "RS", "HR", "SK", "LT", "PK", "BD", "NG", "EG", "KE", "SA", "AE", "TW", "HK", "LV",
]  # fmt: skip
PLACES = zipf([(code, f"{code}-{region}", f"{code} City {region * 7 + city}") for region in range(8) for code in _CODES
               for city in range(3)], 0.9)  # fmt: skip
# browser, its versions, systems with theirs, device, screen widths
DEVICES = Weighted({
    ("Chrome", ("129", "130", "131", "132"), "Windows", ("10", "11"), "desktop", (1920, 1536, 2560, 1366)): 30,
    ("Chrome", ("130", "131", "132"), "Mac OS X", ("10.15",), "desktop", (1440, 1728, 2560)): 10,
    ("Chrome Mobile", ("130", "131", "132"), "Android", ("13", "14", "15"), "mobile", (360, 393, 412)): 22,
    ("Mobile Safari", ("17", "18"), "iOS", ("17", "18"), "mobile", (375, 390, 393, 430)): 20,
    ("Safari", ("17", "18"), "Mac OS X", ("10.15",), "desktop", (1440, 1512, 1728)): 6,
    ("Firefox", ("131", "132", "133"), "Windows", ("10", "11"), "desktop", (1920, 1536)): 5,
    ("Firefox", ("132", "133"), "Linux", ("",), "desktop", (1920, 2560)): 3,
    ("Edge", ("130", "131"), "Windows", ("10", "11"), "desktop", (1920, 1536)): 6,
    ("Mobile Safari", ("17", "18"), "iPadOS", ("17", "18"), "tablet", (810, 820, 1024)): 3,
    ("Samsung Internet", ("26", "27"), "Android", ("13", "14"), "mobile", (360, 384)): 3,
})  # fmt: skip
LANGUAGES = zipf(["en-US", "en-GB", "de-DE", "fr-FR", "es-ES", "pt-BR", "nl-NL", "it-IT", "pl-PL", "ja-JP"], 1.2)
PATHS = zipf(["/", "/pricing", "/docs", "/blog", *(f"/blog/post-{n}" for n in range(PAGES - 4))])
NAMES = Weighted({"Signup": 3, "Download": 4, "Search": 6, "Add to cart": 3, "Purchase": 1, "Video play": 3})
PLANS = ("free", "pro", "team")
_EMPTY = dict.fromkeys(
    ("screen_height", "viewport_width", "viewport_height", "custom_data", "value", "engaged_ms", "scroll_depth")
)
_TEXTS = dict.fromkeys((name for name, kind in EventRow.__annotations__.items() if kind is str), "")
_NO_EVENT = {**_TEXTS, **_EMPTY}


class Site:
    """One project's visitors. `people`: how many there are; about half of the visits are by somebody new among them."""

    def __init__(self, project_id: UUID, people: int) -> None:
        self.project_id, self.people = project_id, people

    def visit(self, chance: random.Random, at: datetime) -> tuple[list[EventRow], list[CompletionRow]]:
        """The events of one visit that begins at `at`, in order, and the goals they reach."""
        person = chance.randrange(self.people)
        # What belongs to a person follows from who it is, without another look at `chance`.
        trait = (person * 2654435761) % 4294967296 / 4294967296
        browser, versions, system, system_versions, device, widths = DEVICES.pick(trait)
        country, region, city = PLACES.pick((trait * 7919) % 1)
        origin: Origin = ORIGINS.pick(chance.random())
        common = _NO_EVENT | {
            "project_id": self.project_id,
            "visitor_id": (person * 0x9E3779B97F4A7C15 + self.project_id.int) % 2**63,
            "session_id": chance.getrandbits(62),
            "session_started_at": at,
            "hostname": "bench.example",
            "referrer": origin.referrer,
            "source": origin.source,
            "channel": origin.channel,
            "utm_source": origin.source if origin.campaign else "",
            "utm_medium": origin.medium,
            "utm_campaign": origin.campaign,
            "country": country,
            "region": region,
            "city": city,
            "browser": browser,
            "browser_version": versions[person % len(versions)],
            "os": system,
            "os_version": system_versions[person % len(system_versions)],
            "device_type": device,
            "screen_width": widths[person % len(widths)],
            "language": LANGUAGES.pick((trait * 104729) % 1),
            "timezone": "Europe/Berlin",
        }
        events: list[EventRow] = []
        completions: list[CompletionRow] = []
        for fields, at_s in _steps(chance):
            moment = at + timedelta(seconds=at_s)
            row = EventRow(**(common | fields), event_id=UUID(int=chance.getrandbits(128), version=4),
                           occurred_at=moment, received_at=moment)  # fmt: skip
            events.append(row)
            if row.event_name == "Signup":
                completions.append(
                    CompletionRow(self.project_id, GOAL, row.session_id, row.event_id, moment, "https://bench.example/",
                                  None, None)
                )  # fmt: skip
        return events, completions


def _steps(chance: random.Random) -> Iterator[tuple[dict[str, Any], float]]:
    """What happens in a visit: (fields of the event, seconds since its begin)."""
    at_s, views = 0.0, 1
    leaves = chance.random() < 0.52
    while True:
        path = PATHS.pick(chance.random())
        page = {"path": path, "title": f"Page {path}"}
        yield page | {"event_type": "pageview"}, at_s
        engaged_s = min(chance.expovariate(1 / 35), 900.0)
        if chance.random() < 0.45:
            depth = 10 + int(chance.random() * 91)
            yield (
                page | {"event_type": "engagement", "engaged_ms": int(engaged_s * 1000), "scroll_depth": depth},
                (at_s + engaged_s),
            )
        if not leaves and chance.random() < 0.13:
            yield page | _custom(chance), at_s + engaged_s * 0.7
        if leaves or (views > 1 and chance.random() < 0.5) or views == 25:
            return
        views += 1
        at_s += engaged_s + 1


def _custom(chance: random.Random) -> dict[str, Any]:
    name = NAMES.pick(chance.random())
    fields: dict[str, Any] = {"event_type": "custom", "event_name": name}
    fields["custom_data"] = {"plan": PLANS[int(chance.random() * 3)], "seats": 1 + int(chance.random() * 20)}
    if name == "Purchase":
        fields |= {"value": round(chance.uniform(5, 250), 2), "currency": "EUR"}
    return fields
