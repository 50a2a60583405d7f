"""The query parameters that say which campaign brought a visitor: all of a URL's query that ingestion keeps by default.

The list follows what GA4, Plausible and Matomo read. Click ids are kept only for as long as they are on the way: they
tell a paid click from an organic one, and no row stores them.
"""

UTM_PARAMS = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")

# Shorter words for utm_source that newsletters and directories use; the first present counts.
SOURCE_PARAMS = ("ref", "source")

# An advertising platform's click id -> the source it stands for. Platforms add these to ads only, so one makes a click
# a paid one even where nobody tagged the link.
PAID_CLICK_IDS = {
    "gclid": "Google",
    "gbraid": "Google",
    "wbraid": "Google",
    "msclkid": "Bing",
    "yclid": "Yandex",
    "ttclid": "TikTok",
    "twclid": "X (Twitter)",
    "li_fat_id": "LinkedIn",
    "rdt_cid": "Reddit",
}

# Added to every outbound link, so they name the source and say nothing about money.
SOURCE_CLICK_IDS = {"fbclid": "Facebook", "igshid": "Instagram"}

CLICK_IDS = PAID_CLICK_IDS | SOURCE_CLICK_IDS

CAMPAIGN_PARAMS = (*UTM_PARAMS, *SOURCE_PARAMS, *CLICK_IDS)
