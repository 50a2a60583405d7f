"""The channel of a visit: the default channel grouping of GA4, plus AI assistants.

The rules and their order are those of https://support.google.com/analytics/answer/9756891. Different from it:
- "AI Assistants" is a channel of its own, before search: GA4 counts them as referrals.
- A click id that only ads carry (gclid, msclkid ...) makes the click a paid one. GA4 learns that from the ad networks.
- A visit with a source that no rule knows is a Referral and not "Unassigned"; one with no source at all is Direct.
"""

import re

from tracking.pipeline.enrichment.sources import Source

DIRECT = "Direct"

_PAID_MEDIUM = re.compile(r".*cp.*|ppc|retargeting|paid.*")
_SHOPPING_CAMPAIGN = re.compile(r".*(([^a-df-z]|^)shop|shopping).*")
_DISPLAY = {"display", "banner", "expandable", "interstitial", "cpm"}
_SOCIAL = {"social", "social-network", "social-media", "sm", "social network", "social media"}
_EMAIL = {"email", "e-mail", "e_mail", "e mail", "newsletter"}
_PAID_CHANNELS = {"shopping": "Paid Shopping", "search": "Paid Search", "social": "Paid Social", "video": "Paid Video"}


def channel_of(source: Source, medium: str, campaign: str, *, is_ad: bool) -> str:
    """source.name is "" for none; medium and campaign in any case; is_ad: the source or a click id says so."""
    medium = medium.strip().lower()
    campaign = campaign.strip().lower()
    word = source.name.lower()
    kind = "shopping" if _SHOPPING_CAMPAIGN.fullmatch(campaign) else source.kind
    if "cross-network" in campaign:
        return "Cross-network"
    if (is_ad and medium not in _DISPLAY) or _PAID_MEDIUM.fullmatch(medium):
        return _PAID_CHANNELS.get(kind) or ("Display" if medium in _DISPLAY else "Paid Other")
    if medium in _DISPLAY:
        return "Display"
    if kind == "shopping":
        return "Organic Shopping"
    if kind == "social" or medium in _SOCIAL:
        return "Organic Social"
    if kind == "video" or "video" in medium:
        return "Organic Video"
    if kind == "ai":
        return "AI Assistants"
    if kind == "search" or medium == "organic":
        return "Organic Search"
    if kind == "email" or medium in _EMAIL or word in _EMAIL:
        return "Email"
    if medium in {"affiliate", "affiliates"}:
        return "Affiliates"
    if medium == "audio":
        return "Audio"
    if "sms" in {word, medium}:
        return "SMS"
    if medium.endswith("push") or "mobile" in medium or "notification" in medium or word == "firebase":
        return "Mobile Push Notifications"
    if word or medium in {"referral", "app", "link"}:
        return "Referral"
    return DIRECT
