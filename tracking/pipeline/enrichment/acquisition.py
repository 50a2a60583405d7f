"""Who sent the visitor: referrer and campaign -> source and channel."""

from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from tracking.campaigns import CLICK_IDS, PAID_CLICK_IDS
from tracking.pipeline.enrichment import sources
from tracking.pipeline.enrichment.channels import channel_of
from tracking.pipeline.enrichment.location import Campaign, display_host
from tracking.pipeline.enrichment.sources import Source

_CACHED_REFERRERS = 8_192
_NOBODY = Source("", "")
_AD_NETWORKS = {("Google", "search"), ("Google", "video"), ("Bing", "search")}


class Referrer(NamedTuple):
    """host: lower case, Unicode, no www.; an Android app's is `android-app:<package>`. address: host and path, without
    the query: what stands there is the other site's business (search words, names, tokens)."""

    host: str
    address: str


class Acquisition(NamedTuple):
    source: str
    channel: str
    referrer: str


NO_REFERRER = Referrer("", "")


@lru_cache(maxsize=_CACHED_REFERRERS)
def read_referrer(referrer: str) -> Referrer:
    """NO_REFERRER for what is not an address of a site or an app: a bad referrer is no reason to lose an event."""
    try:
        parts = urlsplit(referrer.strip())
        host = parts.hostname or ""
    except ValueError:
        return NO_REFERRER
    if not host:
        return NO_REFERRER
    if parts.scheme == "android-app":
        return Referrer(f"android-app:{host}", f"android-app://{host}")
    if parts.scheme not in {"http", "https"}:
        return NO_REFERRER
    host = display_host(host)
    return Referrer(host, host + parts.path.rstrip("/"))


@lru_cache(maxsize=_CACHED_REFERRERS)
def acquire(referrer: str, hostname: str, campaign: Campaign) -> Acquisition:
    """referrer: as the browser sent it. hostname: the page's, as `display_host` makes it. Direct: source ""."""
    came_from = read_referrer(referrer)
    if came_from.host == hostname:
        came_from = NO_REFERRER  # the site's own page
    source, is_ad = _source_of(came_from.host, campaign)
    channel = channel_of(source, campaign.utm_medium, campaign.utm_campaign, is_ad=is_ad)
    return Acquisition(source.name, channel, came_from.address)


def _source_of(referrer_host: str, campaign: Campaign) -> tuple[Source, bool]:
    """The campaign's own word first, then the referrer, then what a click id tells. With it: is it an ad?"""
    is_ad = False
    if word := campaign.utm_source.strip() or campaign.source.strip():
        source, is_ad = sources.of_word(word)
    elif referrer_host:
        source = sources.of_host(referrer_host)
        if source.kind == "referral" and (payer := PAID_CLICK_IDS.get(campaign.click_id)):
            source = sources.named(payer)  # a banner of an ad network on somebody's page
    elif campaign.click_id:
        source = sources.named(CLICK_IDS[campaign.click_id])
    else:
        return _NOBODY, False
    return source, is_ad or _pays_for(campaign.click_id, source)


def _pays_for(click_id: str, source: Source) -> bool:
    """Whether the click id's platform sells ads on the source: a click id in a link that a person shared elsewhere says
    nothing of that place. Google and Bing also fill the ad slots of smaller search engines."""
    payer = PAID_CLICK_IDS.get(click_id)
    if payer is None:
        return False
    return payer == source.name or (payer, source.kind) in _AD_NETWORKS
