"""A project's own rules of screening, as people type them."""

from collections.abc import Callable, Iterable
from ipaddress import ip_network
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from projects.domains import normal_domain
from projects.forms.lists import LinesField
from projects.models import Project
from tracking import countries
from tracking.client import normal_ip
from tracking.pipeline.enrichment.location import display_host

MAX_RULES = 200
MAX_PATTERN_CHARS = 500


def normal_network(text: str) -> str:
    """`10.1.2.3/8` -> `10.0.0.0/8`, `::ffff:192.0.2.1` -> `192.0.2.1`. Raises ValidationError."""
    try:
        network = ip_network(normal_ip(text) or text, strict=False)
    except ValueError:
        advice = _("“%(text)s” is no address such as 192.0.2.7, and no range such as 192.0.2.0/24.")
        raise ValidationError(advice, "network", {"text": text}) from None
    if network.prefixlen == 0:
        raise ValidationError(_("“%(text)s” is everybody."), "network", {"text": text})
    is_single = network.prefixlen == network.max_prefixlen
    return str(network.network_address) if is_single else str(network)


def normal_country(text: str) -> str:
    """`Germany`, `de` -> `DE`. Raises ValidationError."""
    code = countries.code_of(text)
    if code is None:
        advice = _("“%(text)s” is no country: type its name, or its two letters.")
        raise ValidationError(advice, "country", {"text": text})
    return code


def normal_page(text: str) -> str:
    """`https://example.com/admin/*?x=1` -> `/admin/*`. Raises ValidationError."""
    path = text
    if "://" in text:
        try:
            path = urlsplit(text).path or "/"
        except ValueError:
            path = ""
    path = path.partition("?")[0].partition("#")[0]
    if not path.startswith(("/", "*")):
        raise ValidationError(_("“%(text)s” is no path such as /admin or /admin/*."), "page", {"text": text})
    if len(path) > MAX_PATTERN_CHARS:
        raise ValidationError(_("At most %(number)s characters a page."), "too_long", {"number": MAX_PATTERN_CHARS})
    return path


def normal_hostname(text: str) -> str:
    """`https://www.Example.com/` -> `example.com`; a leading `*.` stays. Raises ValidationError."""
    wildcard = "*." if text.startswith("*.") else ""
    try:
        return wildcard + display_host(normal_domain(text.removeprefix("*.")))
    except ValidationError:
        advice = _("“%(text)s” is no hostname such as example.com or *.example.com.")
        raise ValidationError(advice, "hostname", {"text": text}) from None


def each(normal: Callable[[str], str]) -> Callable[[Iterable[str]], list[str]]:
    """For the lines of a list: each made regular and kept once, blank ones dropped, all the bad ones named."""

    def normal_lines(texts: Iterable[str]) -> list[str]:
        found, faults = {}, []
        for text in filter(None, map(str.strip, texts)):
            try:
                found[normal(text)] = True
            except ValidationError as fault:
                faults.append(fault)
        if len(found) > MAX_RULES:
            faults.append(ValidationError(_("At most %(number)s lines."), "too_many", {"number": MAX_RULES}))
        if faults:
            raise ValidationError(faults)
        return list(found)

    return normal_lines


class ScreeningForm(forms.Form):
    """cleaned_data is what Project.screening holds."""

    networks = LinesField(
        label=_("Addresses"),
        normal=each(normal_network),
        required=False,
        help_text=_("Your own people, mostly. One address or range a line, such as 192.0.2.7 or 192.0.2.0/24."),
    )
    countries = LinesField(
        label=_("Countries"),
        normal=each(normal_country),
        required=False,
        help_text=_("Names or two-letter codes, one a line."),
    )
    pages = LinesField(
        label=_("Pages"),
        normal=each(normal_page),
        required=False,
        help_text=_("One path a line. A * stands for anything: /admin* is /admin and all below it."),
    )
    hostnames = LinesField(
        label=_("Only these hostnames"),
        normal=each(normal_hostname),
        required=False,
        help_text=_(
            "Events of other hosts (a copy of your site, a test server) are set aside. *.example.com is all "
            "below example.com. None: every host counts."
        ),
    )

    @classmethod
    def fields_of(cls, project: Project) -> dict[str, Any]:
        screening = project.screening if isinstance(project.screening, dict) else {}
        fields = {name: list(screening.get(name) or []) for name in cls.base_fields}
        return fields | {"countries": [countries.name_of(code) for code in fields["countries"]]}
