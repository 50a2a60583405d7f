"""What people type for the domain of a site, and for the origins and query parameters of its pages, made regular.

Domains are kept as browsers send them, in lower case and with international names in their xn-- form, so that they
compare equal to the hostnames of events.
"""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

import idna
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MAX_ORIGINS = 50
MAX_QUERY_PARAMS = 50
_AROUND_HOST = re.compile(r"\A[a-z][a-z0-9+.-]*://|\A//|[/?#].*", re.DOTALL)
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)\Z")
_QUERY_PARAM = re.compile(r"[A-Za-z0-9_.~\[\]-]{1,64}\Z")
_ADVICE = _("Enter a domain such as example.com, without https:// and without a path.")


def normal_domain(text: str) -> str:
    """`https://Bücher.example/shop` -> `xn--bcher-kva.example`. Raises ValidationError for what is no host name."""
    host = _AROUND_HOST.sub("", text.strip().lower()).rpartition("@")[2].partition(":")[0].rstrip(".")
    try:
        host = idna.encode(host, uts46=True).decode() if not host.isascii() else host
    except idna.IDNAError:
        raise ValidationError(_ADVICE, "domain") from None
    validate_domain(host)
    return host


def validate_domain(value: str) -> None:
    if len(value) > 253 or not all(_LABEL.match(label) for label in value.split(".")):
        raise ValidationError(_ADVICE, "domain")


def shown_domain(domain: str) -> str:
    """`xn--bcher-kva.example` -> `bücher.example`."""
    try:
        return idna.decode(domain) if "xn--" in domain else domain
    except idna.IDNAError:
        return domain


def normal_origin(text: str) -> str:
    """`Example.com/` -> `https://example.com`; a leading `*.` stays. Raises ValidationError."""
    text = text.strip()
    advice = _("“%(text)s” is not an origin such as https://example.com or https://*.example.com.") % {"text": text}
    try:
        parts = urlsplit(text if "://" in text else f"https://{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise ValidationError(advice, "origin") from None
    if parts.scheme not in {"http", "https"} or parts.path.strip("/") or parts.query or parts.username:
        raise ValidationError(advice, "origin")
    wildcard = "*." if host.startswith("*.") else ""
    try:
        host = normal_domain(host.removeprefix("*."))
    except ValidationError:
        raise ValidationError(advice, "origin") from None
    default_port = {"http": 80, "https": 443}[parts.scheme]
    return f"{parts.scheme}://{wildcard}{host}" + (f":{port}" if port and port != default_port else "")


def normal_origins(texts: Iterable[str]) -> list[str]:
    """Each once, in the order given; blank ones dropped. Raises ValidationError that names the first bad one."""
    origins = list(dict.fromkeys(normal_origin(text) for text in texts if text.strip()))
    if len(origins) > MAX_ORIGINS:
        raise ValidationError(_("At most %(number)s origins."), "too_many", {"number": MAX_ORIGINS})
    return origins


def normal_query_params(texts: Iterable[str]) -> list[str]:
    """Names of query parameters, each once. Raises ValidationError that names the first bad one."""
    names = list(dict.fromkeys(text.strip() for text in texts if text.strip()))
    for name in names:
        if not _QUERY_PARAM.match(name):
            raise ValidationError(_("“%(name)s” is not the name of a query parameter."), "query_param", {"name": name})
    if len(names) > MAX_QUERY_PARAMS:
        raise ValidationError(_("At most %(number)s parameters."), "too_many", {"number": MAX_QUERY_PARAMS})
    return names
