"""Links with UTM parameters: made, and looked over before somebody sends them out."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from projects.domains import normal_domain, shown_domain
from reports import figures
from reports.campaigns.choices import BY
from tracking.pipeline.enrichment.acquisition import acquire
from tracking.pipeline.enrichment.location import display_host, locate

MAX_URL_CHARS = 2048  # of an event's
MAX_TAG_CHARS = 255
ORDER = ("utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content")
# What people write in one way or another, and mean the same by.
_SEPARATORS = re.compile(r"[\s_+./-]+")


@dataclass(frozen=True, slots=True)
class Warning:
    """text: what is odd about the value of `field`. better: what was used before instead; "" where nothing was."""

    field: str
    text: str
    better: str = ""


@dataclass(frozen=True, slots=True)
class TaggedLink:
    """url: "" while it cannot be made, for what is in `faults` by field. source, channel: as which a visit by it will
    be counted."""

    url: str
    faults: Mapping[str, str]
    warnings: Sequence[Warning]
    source: str = ""
    channel: str = ""


Used = Mapping[str, Mapping[str, float]]


def tagged_link(address: str, tags: Mapping[str, str], *, domain: str, used: Used) -> TaggedLink:
    """The address with these UTM parameters in place of its own; its other parameters and its fragment stay.

    tags: by the names of the parameters, stripped; empty ones are left out. used: by parameter, values that came in
    before and how many visits with each.
    """
    faults = {
        name: _("At most %(count)s characters.") % {"count": MAX_TAG_CHARS}
        for name, value in tags.items()
        if len(value) > MAX_TAG_CHARS
    }
    if not tags.get("utm_source"):
        faults["utm_source"] = _("Say who sends the visitors: without a source nobody knows where they came from.")
    try:
        url = _with_tags(address.strip(), tags)
    except ValueError as error:
        return TaggedLink("", {"url": str(error)} | faults, [])
    warnings = [*_about_address(url, domain), *_about_tags(tags, used)]
    if faults:
        return TaggedLink("", faults, warnings)
    found = locate(url)
    acquired = acquire("", found.hostname, found.campaign)
    return TaggedLink(url, {}, warnings, acquired.source, acquired.channel)


def _with_tags(address: str, tags: Mapping[str, str]) -> str:
    """Raises ValueError with a sentence."""
    if not address:
        raise ValueError(_("Enter the address of the page that the link opens."))
    if "://" not in address:
        address = f"https://{address.removeprefix('//')}"
    advice = _("Enter an address such as https://example.com/pricing.")
    try:
        parts = urlsplit(address)
        normal_domain(parts.hostname or "")
        parts.port  # noqa: B018  raises for what is no number
    except (ValueError, ValidationError):
        raise ValueError(advice) from None
    if parts.scheme not in ("http", "https") or parts.username is not None:  # a password is not sent to the world
        raise ValueError(advice)
    kept = [pair for pair in parts.query.split("&") if pair and pair.partition("=")[0].lower() not in ORDER]
    added = urlencode([(name, tags[name]) for name in ORDER if tags.get(name)])
    url = urlunsplit(parts._replace(query="&".join([*kept, *filter(None, [added])])))
    if len(url) > MAX_URL_CHARS:
        raise ValueError(_("This link is longer than %(count)s characters.") % {"count": MAX_URL_CHARS})
    return url


def _about_address(url: str, domain: str) -> list[Warning]:
    parts, own = urlsplit(url), display_host(domain)
    host = display_host(parts.hostname or "")
    warnings = []
    if host != own and not host.endswith(f".{own}"):
        text = _("%(host)s is not %(domain)s: its visits are counted only if the script is on it.")
        warnings.append(Warning("url", text % {"host": host, "domain": shown_domain(own)}))
    if any(name.lower() in ORDER for name, _value in parse_qsl(parts.fragment.partition("?")[2])):
        warnings.append(Warning("url", _("UTM parameters behind the # are not read: they belong before it.")))
    return warnings


def _about_tags(tags: Mapping[str, str], used: Used) -> list[Warning]:
    found = []
    for name in ORDER:
        value = tags.get(name, "")
        if not value or value in used.get(name, {}):
            continue
        if alike := [each for each in used.get(name, {}) if _plain(each) == _plain(value)]:
            best = max(alike, key=lambda each: used[name][each])
            visits = round(used[name][best])
            text = ngettext(
                "It came in as “%(used)s” before, with %(count)s visit. “%(value)s” would be counted apart.",
                "It came in as “%(used)s” before, with %(count)s visits. “%(value)s” would be counted apart.",
                visits,
            )
            words = {"used": best, "value": value, "count": figures.count(visits)}
            found.append(Warning(name, text % words, best))
        elif value != value.lower():
            text = _("Capitals count: “%(value)s” and “%(lower)s” would be two.")
            found.append(Warning(name, text % {"value": value, "lower": value.lower()}, value.lower()))
    if tags.get("utm_source") and not tags.get("utm_medium"):
        text = _("Without a medium, such as email or cpc, the channel is guessed from the source.")
        found.append(Warning("utm_medium", text))
    if tags.get("utm_source") and not tags.get("utm_campaign"):
        found.append(
            Warning("utm_campaign", _("Without a campaign its visits are in no row of this page’s first list."))
        )
    return found


def _plain(value: str) -> str:
    return _SEPARATORS.sub("", value.casefold())


assert set(ORDER) == set(BY.values())
