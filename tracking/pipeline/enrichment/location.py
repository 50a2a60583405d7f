"""Where on a site an event happened: URL -> hostname, path, campaign."""

import unicodedata
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

from tracking.campaigns import CLICK_IDS, SOURCE_PARAMS, UTM_PARAMS

MAX_PATH_CHARS = 2048
MAX_CAMPAIGN_CHARS = 255
# A few hundred bytes an entry, and 40 MB if somebody sends nothing but URLs of the greatest length.
_CACHED_URLS = 8_192


class Campaign(NamedTuple):
    """What a URL's query says about who sent the visitor. click_id is a parameter's name, never its value."""

    utm_source: str = ""
    utm_medium: str = ""
    utm_campaign: str = ""
    utm_term: str = ""
    utm_content: str = ""
    source: str = ""
    click_id: str = ""


NO_CAMPAIGN = Campaign()


class Location(NamedTuple):
    hostname: str
    path: str
    campaign: Campaign


def display_host(host: str) -> str:
    """A host as people read it: lower case, Unicode instead of punycode, no leading www., no final dot."""
    host = host.lower().rstrip(".").removeprefix("www.")
    if host.isascii() and "xn--" not in host:
        return host
    return unicodedata.normalize("NFC", ".".join(_unicode_label(label) for label in host.split(".")))


def _unicode_label(label: str) -> str:
    """The label itself where it is not punycode after all: better shown as it came than lost."""
    if not label.startswith("xn--"):
        return label
    try:
        text = label.removeprefix("xn--").encode("ascii").decode("punycode")
    except UnicodeError:
        return label
    return text if text.isprintable() else label  # decoded, it could hold surrogates, which no database takes


@lru_cache(maxsize=_CACHED_URLS)
def locate(url: str, kept_query_params: tuple[str, ...] = ()) -> Location:
    """The path stays percent-encoded and keeps its trailing slash; kept parameters follow, in the order of their names.

    Raises ValueError for what is not a URL.
    """
    parts = urlsplit(url)
    path = parts.path or "/"
    campaign = NO_CAMPAIGN
    if parts.query:
        query: dict[str, str] = {}
        for name, value in parse_qsl(parts.query):
            query.setdefault(name, value.replace("\x00", ""))  # %00 is not text, and PostgreSQL says so
        campaign = _campaign({name.lower(): value for name, value in reversed(query.items())})
        if kept := sorted((name, query[name]) for name in set(kept_query_params) & query.keys()):
            path += "?" + urlencode(kept)
    return Location(display_host(parts.hostname or ""), path[:MAX_PATH_CHARS], campaign)


def _campaign(query: dict[str, str]) -> Campaign:
    utm = {name: query.get(name, "")[:MAX_CAMPAIGN_CHARS] for name in UTM_PARAMS}
    source = next((query[name][:MAX_CAMPAIGN_CHARS] for name in SOURCE_PARAMS if query.get(name)), "")
    click_id = next((name for name in CLICK_IDS if query.get(name)), "")
    return Campaign(**utm, source=source, click_id=click_id)
