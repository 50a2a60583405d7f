"""What visitors do on the demo site: pages, the ways between them, and what happens on them."""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

from tracking.demo.choice import Choice, chance

DOMAIN = "demo.example"

TITLES = {
    "/": "Margin: a quiet place to write",
    "/features": "Features",
    "/pricing": "Pricing",
    "/templates": "Templates",
    "/customers": "Who writes with Margin",
    "/download": "Download",
    "/blog": "Blog",
    "/blog/writing-every-day": "What writing every day for a year taught us",
    "/blog/plain-text-forever": "Plain text is forever",
    "/blog/no-more-meetings": "We cancelled our meetings and wrote instead",
    "/blog/margin-3": "Margin 3 is here",
    "/docs": "Documentation",
    "/docs/getting-started": "Getting started",
    "/docs/import": "Import from other apps",
    "/docs/markdown": "Markdown, all of it",
    "/docs/api": "API",
    "/changelog": "Changelog",
    "/about": "About us",
    "/contact": "Contact",
    "/login": "Log in",
    "/signup": "Start for free",
    "/welcome": "Welcome",
    "/checkout": "Checkout",
    "/thank-you": "Thank you",
}
# Links that lead nowhere any more: of search engines, of other sites, and of the site's own pages.
GONE = ("/blog/old-draft", "/docs/getting-startd", "/blog/no-more-meeting", "/templates/novel", "/features/sync")
TITLES |= dict.fromkeys(GONE, "Not found")

_NEXT = {
    page: Choice(ways)
    for page, ways in {
        "/": [
            (26, "/features"), (24, "/pricing"), (9, "/templates"), (9, "/signup"), (8, "/blog"), (8, "/docs"),
            (6, "/download"), (5, "/customers"), (3, "/about"), (2, "/login"),
        ],
        "/features": [
            (36, "/pricing"), (16, "/signup"), (14, "/templates"), (12, "/customers"), (12, "/download"), (10, "/"),
        ],
        "/pricing": [
            (32, "/signup"), (20, "/features"), (14, "/"), (12, "/customers"), (10, "/docs"), (7, "/contact"),
            (5, "/checkout"),
        ],
        "/templates": [(34, "/signup"), (26, "/features"), (20, "/pricing"), (17, "/"), (3, "/templates/novel")],
        "/customers": [(40, "/pricing"), (30, "/features"), (30, "/")],
        "/download": [(50, "/docs/getting-started"), (30, "/pricing"), (20, "/")],
        "/blog": [
            (30, "/blog/writing-every-day"), (26, "/blog/plain-text-forever"), (24, "/blog/no-more-meetings"),
            (20, "/blog/margin-3"),
        ],
        "/docs": [(46, "/docs/getting-started"), (20, "/docs/import"), (18, "/docs/markdown"), (16, "/docs/api")],
        "/docs/getting-started": [(34, "/docs/import"), (28, "/docs/markdown"), (22, "/signup"), (16, "/docs")],
        "/docs/import": [(40, "/docs/markdown"), (30, "/docs"), (30, "/pricing")],
        "/docs/markdown": [(50, "/docs"), (30, "/docs/api"), (20, "/templates")],
        "/docs/api": [(60, "/docs"), (40, "/pricing")],
        "/changelog": [(40, "/download"), (28, "/features"), (30, "/docs"), (2, "/features/sync")],
        "/login": [(50, "/docs"), (30, "/changelog"), (20, "/templates")],
        "/welcome": [(40, "/checkout"), (34, "/docs/getting-started"), (26, "/templates")],
    }.items()
}  # fmt: skip
_ELSEWHERE = Choice([(44, "/"), (26, "/blog"), (16, "/features"), (14, "/pricing")])

_PLANS = Choice([(58, ("writer", 9.0)), (30, ("studio", 24.0)), (12, ("publisher", 79.0))])
_SEARCHES = Choice([(5, "export pdf"), (4, "sync"), (4, "shortcuts"), (3, "word count"), (2, "footnotes"), (2, "vim")])
_FILES = Choice([(6, "margin-3.2.dmg"), (5, "margin-3.2.exe"), (2, "margin-3.2.AppImage")])
_LINKS = Choice([(4, "https://github.com/"), (3, "https://commonmark.org/"), (2, "https://www.youtube.com/")])

SIGNUP_RATE, PURCHASE_RATE = 0.34, 0.55
# How long pages are read, and how often that is told: readers of long pages stay, others look around.
_READ_MEDIAN_S, _READ_SPREAD, _LONG_MEDIAN_S = 24.0, 0.8, 75.0
_READ_TOLD, _LONG_TOLD = 0.3, 0.85


class Step(NamedTuple):
    """One event of a visit. fields: more of AcceptedEvent."""

    event_type: str
    path: str
    fields: dict[str, Any]


def walk(rng: Random, landing: str, *, stays: bool) -> Iterator[Step]:
    """The events of a visit that begins at a page; one that does not stay is a single pageview."""
    yield _view(landing)
    if not stays:
        yield from _reads(rng, landing)
        return
    page = landing
    while True:
        yield from _happens(rng, page)
        yield from _reads(rng, page)
        done = _converts(rng, page)
        if done:
            yield from done
            page = done[-1].path
        else:
            page = _NEXT.get(page, _ELSEWHERE).pick(rng)
            yield _view(page)
        if not chance(rng, 0.8 if page in {"/signup", "/checkout"} else 0.47):
            return


def _view(path: str) -> Step:
    return Step("not_found" if path in GONE else "pageview", path, {})


def _reads(rng: Random, page: str) -> Iterator[Step]:
    """How long the page was read, and how far."""
    is_long = page.startswith(("/blog/", "/docs/"))
    if page in GONE or not chance(rng, _LONG_TOLD if is_long else _READ_TOLD):
        return
    seconds = rng.lognormvariate(0, _READ_SPREAD) * (_LONG_MEDIAN_S if is_long else _READ_MEDIAN_S)
    # Who reads for long gets far.
    depth = min(100, round(rng.betavariate(2.2, 1.4) * 70 + min(seconds, 90) / 3))
    yield Step("engagement", page, {"engaged_ms": round(min(seconds, 900) * 1000), "scroll_depth": depth})


def _custom(path: str, name: str, **fields: Any) -> Step:
    return Step("custom", path, {"event_name": name} | fields)


def _converts(rng: Random, page: str) -> list[Step]:
    if page == "/signup" and chance(rng, SIGNUP_RATE):
        method = rng.choice(("email", "email", "google", "apple"))
        return [_custom(page, "signup", custom_data={"method": method}), _view("/welcome")]
    if page == "/checkout" and chance(rng, PURCHASE_RATE):
        plan, monthly = _PLANS.pick(rng)
        is_yearly = chance(rng, 0.35)
        paid = {"plan": plan, "billing": "yearly" if is_yearly else "monthly"}
        value = monthly * (10 if is_yearly else 1)
        return [_custom(page, "purchase", custom_data=paid, value=value, currency="EUR"), _view("/thank-you")]
    return []


def _happens(rng: Random, page: str) -> Iterator[Step]:
    """What a reader does on a page besides reading."""
    if page in {"/", "/features"} and chance(rng, 0.07):
        yield _custom(page, "video_play", custom_data={"video": "tour", "seconds": rng.randrange(5, 95)})
    if page.startswith("/blog/") and chance(rng, 0.08):
        yield _custom(page, "newsletter_signup", custom_data={"place": rng.choice(("article", "footer"))})
    if page.startswith("/docs") and chance(rng, 0.12):
        yield _custom(page, "docs_search", custom_data={"query": _SEARCHES.pick(rng), "results": rng.randrange(0, 12)})
    if page == "/download" and chance(rng, 0.55):
        yield Step("download", page, {"custom_data": {"url": f"https://{DOMAIN}/files/{_FILES.pick(rng)}"}})
    if page == "/contact" and chance(rng, 0.4):
        yield Step("form", page, {"custom_data": {"form": "contact"}})
    if page.startswith(("/blog/", "/docs/")) and chance(rng, 0.06):
        yield Step("outbound", page, {"custom_data": {"url": _LINKS.pick(rng)}})
