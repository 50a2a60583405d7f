"""Who sent the visitor: referrer and campaign -> source and channel."""

from collections import Counter

import pytest

from tracking import data
from tracking.campaigns import CLICK_IDS
from tracking.pipeline.enrichment import sources
from tracking.pipeline.enrichment.acquisition import acquire, read_referrer
from tracking.pipeline.enrichment.location import locate


def source_and_channel(referrer: str = "", query: str = "") -> tuple[str, str]:
    location = locate(f"https://www.example.com/?{query}")
    acquired = acquire(referrer, location.hostname, location.campaign)
    return acquired.source, acquired.channel


@pytest.mark.parametrize(
    ("referrer", "source", "channel"),
    [
        ("", "", "Direct"),
        ("https://www.google.com/", "Google", "Organic Search"),
        ("https://www.google.co.uk/search?q=x", "Google", "Organic Search"),
        ("https://google.de", "Google", "Organic Search"),
        ("https://docs.google.com/document/d/1", "Google Docs", "Referral"),
        ("https://sites.google.com/view/x", "sites.google.com", "Referral"),
        ("https://mail.google.com/", "Gmail", "Email"),
        ("https://gemini.google.com/app", "Gemini", "AI Assistants"),
        ("https://duckduckgo.com/", "DuckDuckGo", "Organic Search"),
        ("https://cn.bing.com/", "Bing", "Organic Search"),
        ("https://uk.search.yahoo.com/", "Yahoo!", "Organic Search"),
        ("https://yandex.ru/", "Yandex", "Organic Search"),
        ("https://chatgpt.com/", "ChatGPT", "AI Assistants"),
        ("https://www.perplexity.ai/search/abc", "Perplexity", "AI Assistants"),
        ("https://claude.ai/", "Claude", "AI Assistants"),
        ("https://copilot.microsoft.com/", "Copilot", "AI Assistants"),
        ("https://l.facebook.com/l.php", "Facebook", "Organic Social"),
        ("https://t.co/abc", "X (Twitter)", "Organic Social"),
        ("https://x.com/", "X (Twitter)", "Organic Social"),
        ("https://netflix-x.com/", "netflix-x.com", "Referral"),
        ("https://out.reddit.com/", "Reddit", "Organic Social"),
        ("https://news.ycombinator.com/item?id=1", "Hacker News", "Organic Social"),
        ("https://www.youtube.com/watch", "YouTube", "Organic Video"),
        ("https://www.amazon.co.uk/gp", "Amazon", "Organic Shopping"),
        ("https://www.baidu.com/", "Baidu", "Organic Search"),
        ("https://tieba.baidu.com/p/1", "tieba.baidu.com", "Referral"),
        ("https://finance.yahoo.com/", "finance.yahoo.com", "Referral"),
        ("https://www.icloud.com/mail", "iCloud Mail", "Email"),
        ("https://alice.github.io/post", "alice.github.io", "Referral"),
        ("android-app://com.google.android.gm/", "Gmail", "Email"),
        ("android-app://com.google.android.googlequicksearchbox/", "Google", "Organic Search"),
        ("android-app://org.example.reader", "org.example.reader", "Referral"),
        ("https://www.blog.example/post", "blog.example", "Referral"),
        ("https://xn--mnchen-3ya.de/", "münchen.de", "Referral"),
        ("about:blank", "", "Direct"),
        ("http://[broken", "", "Direct"),
        ("not a url", "", "Direct"),
    ],
)
def test_the_referrer_tells_the_source(referrer: str, source: str, channel: str) -> None:
    assert source_and_channel(referrer) == (source, channel)


@pytest.mark.parametrize(
    "referrer", ["https://example.com/pricing", "http://www.example.com/", "https://EXAMPLE.com:8443/"]
)
def test_the_sites_own_pages_are_no_referrer(referrer: str) -> None:
    location = locate("https://www.example.com/")
    assert acquire(referrer, location.hostname, location.campaign) == ("", "Direct", "")


def test_another_host_of_the_domain_is_a_referrer() -> None:
    assert source_and_channel("https://blog.example.com/") == ("blog.example.com", "Referral")


@pytest.mark.parametrize(
    ("query", "source", "channel"),
    [
        ("utm_source=google&utm_medium=cpc", "Google", "Paid Search"),
        ("utm_source=Google&utm_medium=organic", "Google", "Organic Search"),
        ("utm_source=acme&utm_medium=organic", "acme", "Organic Search"),
        ("utm_source=facebook&utm_medium=paid-social", "Facebook", "Paid Social"),
        ("utm_source=fb&utm_medium=social", "Facebook", "Organic Social"),
        ("utm_source=facebook_ads", "Facebook", "Paid Social"),
        ("utm_source=adwords", "Google", "Paid Search"),
        ("utm_source=threads", "Threads", "Organic Social"),
        ("utm_source=youtube&utm_medium=cpv", "YouTube", "Paid Video"),
        ("utm_source=youtube&utm_medium=cpm", "YouTube", "Paid Video"),
        ("utm_source=acme&utm_medium=cpm", "acme", "Display"),
        ("utm_source=acme&utm_medium=banner", "acme", "Display"),
        ("utm_source=acme&utm_medium=ppc", "acme", "Paid Other"),
        ("utm_source=amazon&utm_medium=cpc", "Amazon", "Paid Shopping"),
        ("utm_source=acme&utm_medium=cpc&utm_campaign=Summer-Shopping", "acme", "Paid Shopping"),
        ("utm_source=acme&utm_campaign=shop", "acme", "Organic Shopping"),
        ("utm_source=acme&utm_campaign=workshop", "acme", "Referral"),
        ("utm_source=acme&utm_campaign=eshop-may", "acme", "Organic Shopping"),
        ("utm_source=google&utm_medium=cpc&utm_campaign=pmax-cross-network", "Google", "Cross-network"),
        ("utm_source=acme&utm_medium=Social-Network", "acme", "Organic Social"),
        ("utm_source=acme&utm_medium=video", "acme", "Organic Video"),
        ("utm_source=newsletter&utm_medium=email", "newsletter", "Email"),
        ("utm_source=newsletter", "newsletter", "Email"),
        ("utm_medium=e-mail", "", "Email"),
        ("utm_source=partner&utm_medium=affiliate", "partner", "Affiliates"),
        ("utm_source=acme&utm_medium=audio", "acme", "Audio"),
        ("utm_source=sms", "sms", "SMS"),
        ("utm_source=acme&utm_medium=web-push", "acme", "Mobile Push Notifications"),
        ("utm_source=chatgpt.com", "ChatGPT", "AI Assistants"),
        ("utm_source=acme&utm_medium=whatever", "acme", "Referral"),
        ("ref=producthunt", "Product Hunt", "Organic Social"),
        ("source=Newsletter%20May", "Newsletter May", "Referral"),
        ("ref=blog.example", "blog.example", "Referral"),
        ("utm_campaign=spring", "", "Direct"),
    ],
)
def test_a_tagged_link_tells_the_source_and_the_channel(query: str, source: str, channel: str) -> None:
    assert source_and_channel("", query) == (source, channel)


def test_what_the_link_says_goes_before_the_referrer() -> None:
    assert source_and_channel("https://www.google.com/", "utm_source=bing") == ("Bing", "Organic Search")


@pytest.mark.parametrize(
    ("referrer", "query", "source", "channel"),
    [
        ("https://www.google.com/", "gclid=x", "Google", "Paid Search"),
        ("", "gclid=x", "Google", "Paid Search"),
        ("", "msclkid=x", "Bing", "Paid Search"),
        ("https://duckduckgo.com/", "msclkid=x", "DuckDuckGo", "Paid Search"),
        ("https://news.example/", "gclid=x", "Google", "Paid Search"),
        ("https://www.youtube.com/", "gclid=x", "YouTube", "Paid Video"),
        ("https://news.ycombinator.com/", "gclid=x", "Hacker News", "Organic Social"),
        ("", "gclid=x&utm_source=newsletter&utm_medium=email", "newsletter", "Email"),
        ("", "gclid=x&utm_source=google&utm_medium=display", "Google", "Display"),
        ("", "fbclid=x", "Facebook", "Organic Social"),
        ("https://l.instagram.com/", "fbclid=x", "Instagram", "Organic Social"),
        ("", "ttclid=x", "TikTok", "Paid Social"),
        ("", "gclid=", "", "Direct"),
    ],
)
def test_a_click_id_of_an_ad_makes_a_click_a_paid_one_where_its_platform_sells_ads(
    referrer: str, query: str, source: str, channel: str
) -> None:
    assert source_and_channel(referrer, query) == (source, channel)


def test_a_referrers_query_is_not_kept() -> None:
    assert read_referrer("https://www.google.com/search?q=my+illness#top").address == "google.com/search"


def test_the_list_of_sources_is_sound() -> None:
    hosts: Counter[str] = Counter()
    words: Counter[str] = Counter()
    for line in data.lines("sources.tsv"):
        _, kind, listed_hosts, listed_words = (*line.split("\t"), "")[:4]
        assert kind in {"search", "social", "video", "shopping", "email", "ai", "referral"}
        hosts.update(listed_hosts.split())
        words.update(filter(None, listed_words.split(",")))
    assert not [host for host, count in hosts.items() if count > 1]
    assert not [word for word, count in words.items() if count > 1]
    assert not [host for host in hosts if host.startswith("www.") or host != host.lower()]
    assert not [word for word in words if word != word.strip().lower()]


def test_every_click_id_stands_for_a_known_source() -> None:
    assert {sources.named(name).kind for name in CLICK_IDS.values()} <= {"search", "social"}
