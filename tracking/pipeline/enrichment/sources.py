"""Known sources: Google, Facebook, ChatGPT ... by their hosts, their apps and the words that campaign links use."""

import re
from functools import cache
from typing import NamedTuple

from tracking import data

# google.com, www.google.co.uk: a brand that owns its name under every ending. Nothing deeper, so that docs.google.com
# does not become a search.
_EVERY_ENDING = re.compile(r"(?:www\.|m\.)?([a-z0-9-]+)\.(?:[a-z]{2,3}|com?\.[a-z]{2})\Z")
_ADS = re.compile(r"[\s_-]*ads?\Z")


class Source(NamedTuple):
    name: str
    kind: str
    """search, social, video, shopping, email, ai or referral"""


class _Registry(NamedTuple):
    hosts: dict[str, Source]
    every_ending: dict[str, Source]
    words: dict[str, Source]
    names: dict[str, Source]


@cache
def _registry() -> _Registry:
    registry = _Registry({}, {}, {}, {})
    for line in data.lines("sources.tsv"):
        name, kind, hosts, words = (*line.split("\t"), "")[:4]
        source = registry.names[name] = Source(name, kind)
        for host in hosts.split():
            if host.endswith(".*"):
                registry.every_ending[host[:-2]] = source
            else:
                registry.hosts[host] = source
        for word in filter(None, words.split(",")):
            registry.words[word] = source
        registry.words.setdefault(name.lower(), source)
    return registry


def named(name: str) -> Source:
    """The known source of exactly this name. KeyError when there is none."""
    return _registry().names[name]


def of_host(host: str) -> Source:
    """The source that a referrer's host (lower case) stands for; when it is not known, the host itself without www."""
    registry = _registry()
    if host.startswith("android-app:"):
        return registry.hosts.get(host) or Source(host.removeprefix("android-app:"), "referral")
    rest = host
    while rest:
        if source := registry.hosts.get(rest):
            return source
        rest = rest.partition(".")[2]
    if (match := _EVERY_ENDING.match(host)) and (source := registry.every_ending.get(match[1])):
        return source
    return Source(host.removeprefix("www."), "referral")


def of_word(word: str) -> tuple[Source, bool]:
    """What utm_source, ref or source says, and whether the word itself says that it is an ad: facebook_ads, adwords."""
    registry = _registry()
    text = word.strip().lower()
    if text == "adwords":
        return registry.names["Google"], True
    if source := registry.words.get(text):
        return source, False
    if (brand := _ADS.sub("", text)) != text and (source := registry.words.get(brand)):
        return source, True
    host = text.removeprefix("https://").removeprefix("http://").rstrip("/")
    if "." in host and " " not in host and (known := of_host(host)).kind != "referral":
        return known, False
    return Source(word.strip(), "referral"), False
