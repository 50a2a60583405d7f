"""Where visitors of the demo site come from, on which page they land, and how many of them leave at once."""

from typing import NamedTuple

from tracking.demo.choice import Choice


class Arrival(NamedTuple):
    """query: the campaign parameters of the link. leaves: the share that looks at one page only."""

    referrer: str
    query: str
    landings: Choice[str]
    leaves: float


_HOME = [(50.0, "/"), (12, "/pricing"), (10, "/docs"), (8, "/login"), (7, "/download"), (5, "/changelog"), (4, "/blog")]
_FOUND = [
    (38.0, "/"), (9, "/features"), (9, "/templates"), (9, "/blog/plain-text-forever"), (8, "/pricing"),
    (8, "/docs/markdown"), (7, "/blog/writing-every-day"), (7, "/docs/import"), (4, "/docs/api"),
    (0.6, "/blog/old-draft"), (0.4, "/docs/getting-startd"),
]  # fmt: skip
_ASKED = [(30.0, "/features"), (24, "/pricing"), (18, "/"), (16, "/docs/import"), (12, "/docs/api")]
_SHARED = [
    (30.0, "/blog/no-more-meetings"), (26, "/blog/writing-every-day"), (22, "/"), (14, "/blog/plain-text-forever"),
    (8, "/templates"),
]  # fmt: skip
_ADS = [(60.0, "/features"), (25, "/templates"), (15, "/pricing")]
_LETTERS = [*_SHARED, (9.0, "/blog/no-more-meeting")]
_LISTED = [*_ASKED, (7.0, "/docs/getting-startd"), (4, "/features/sync")]
_NEWS = [(45.0, "/blog/margin-3"), (30, "/changelog"), (25, "/templates")]


def _arrival(referrer: str, query: str, landings: list[tuple[float, str]], leaves: float) -> Arrival:
    return Arrival(referrer, query, Choice(landings), leaves)


def _ad(source: str, campaign: str, click_id: str, content: str) -> str:
    return f"utm_source={source}&utm_medium=cpc&utm_campaign={campaign}&utm_content={content}&{click_id}=demo"


EVERY_DAY: list[tuple[float, Arrival]] = [
    (25, _arrival("", "", _HOME, 0.43)),
    (24, _arrival("https://www.google.com/", "", _FOUND, 0.45)),
    (2.4, _arrival("https://www.google.de/", "", _FOUND, 0.45)),
    (2.0, _arrival("https://www.google.co.uk/", "", _FOUND, 0.45)),
    (3.4, _arrival("https://duckduckgo.com/", "", _FOUND, 0.43)),
    (2.8, _arrival("https://www.bing.com/", "", _FOUND, 0.47)),
    (0.8, _arrival("https://www.ecosia.org/", "", _FOUND, 0.45)),
    (0.6, _arrival("https://search.brave.com/", "", _FOUND, 0.45)),
    (4.2, _arrival("https://chatgpt.com/", "utm_source=chatgpt.com", _ASKED, 0.37)),
    (1.6, _arrival("https://www.perplexity.ai/", "", _ASKED, 0.37)),
    (1.1, _arrival("https://claude.ai/", "", _ASKED, 0.35)),
    (0.8, _arrival("https://gemini.google.com/", "", _ASKED, 0.39)),
    (2.6, _arrival("https://t.co/aB3dE5", "", _SHARED, 0.61)),
    (2.2, _arrival("https://www.linkedin.com/", "", _SHARED, 0.55)),
    (2.4, _arrival("https://out.reddit.com/", "", _SHARED, 0.63)),
    (1.4, _arrival("https://l.facebook.com/", "fbclid=demo", _SHARED, 0.65)),
    (1.2, _arrival("https://go.bsky.app/", "", _SHARED, 0.55)),
    (1.4, _arrival("https://www.youtube.com/", "", _ADS, 0.51)),
    (1.2, _arrival("https://news.ycombinator.com/", "", _SHARED, 0.65)),
    (2.0, _arrival("https://github.com/", "", _ASKED, 0.41)),
    (1.5, _arrival("https://www.producthunt.com/", "ref=producthunt", _ADS, 0.53)),
    (1.6, _arrival("https://letters-weekly.example/issues/42", "", _LETTERS, 0.47)),
    (1.3, _arrival("https://toolsforwriters.example/best-editors", "", _LISTED, 0.43)),
    (1.2, _arrival("", "utm_source=partner-inkwell&utm_medium=affiliate&utm_campaign=inkwell", _ASKED, 0.45)),
    (2.8, _arrival("https://www.google.com/", _ad("google", "brand-search", "gclid", "headline-a"), _ADS, 0.47)),
    (2.2, _arrival("https://www.google.com/", _ad("google", "brand-search", "gclid", "headline-b"), _ADS, 0.34)),
    (
        1.8,
        _arrival(
            "https://www.linkedin.com/", "utm_source=linkedin&utm_medium=paid_social&utm_campaign=for-teams", _ADS, 0.62
        ),
    ),
    (1.2, _arrival("", "utm_source=longform&utm_medium=audio&utm_campaign=podcast", _ASKED, 0.36)),
    (2.0, _arrival("https://www.bing.com/", _ad("bing", "brand-search", "msclkid", "headline-a"), _ADS, 0.49)),
    (1.6, _arrival("", "utm_source=newsletter&utm_medium=email&utm_campaign=onboarding", _NEWS, 0.33)),
]

# On top of every day, while they last.
HACKER_NEWS_DAY = _arrival("https://news.ycombinator.com/", "", [(92, "/blog/no-more-meetings"), (8, "/")], 0.64)
NEWSLETTER_DAY = _arrival("", "utm_source=newsletter&utm_medium=email&utm_campaign=monthly-letter", _NEWS, 0.30)
LAUNCH_WEEKS = _arrival(
    "https://l.facebook.com/",
    "utm_source=facebook&utm_medium=paid_social&utm_campaign=margin-3-launch&utm_content=video&fbclid=demo",
    _ADS,
    0.56,
)
