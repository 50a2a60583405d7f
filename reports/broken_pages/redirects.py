"""Redirects from broken pages as rules for web servers and hosts.

Anybody can ask a site for any address, so what stands in a rule is somebody else's text: every format lets a few
characters through as they are, and writes all others in its own way of saying a byte.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from django.utils.translation import gettext_lazy as _

from reports.exports.formats import CsvWriter

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

MAX_TARGET_CHARS = 2048
MOVED = 301
# A path, or an address of http(s), without a fragment and spaces. "//" would be another host.
_TARGET = re.compile(
    r"(?P<site>https?://[A-Za-z0-9.\-]+(:\d{1,5})?(?=[/?]|$)|(?=/(?![/\\])))(?P<path>[^\s#\x00-\x1f\x7f]*)"
)
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NO_BYTE = re.compile(r"%(?![0-9A-Fa-f]{2})")
_PLAIN_IN_PATTERNS = re.compile(r"[A-Za-z0-9/_~-]")


@dataclass(frozen=True, slots=True)
class Redirect:
    """source: a path as it is stored, percent-encoded. target: a path, or an address of http(s)."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class Rule:
    """path: decoded. target: with nothing in it that means something in any of the formats."""

    path: str
    target: str


def is_target(text: str) -> bool:
    """Whether it can be redirected to."""
    return len(text) <= MAX_TARGET_CHARS and _TARGET.fullmatch(text) is not None


def rules(redirects: Iterable[Redirect]) -> list[Rule]:
    """Without what no rule can say: each path once, as it is without its query; none to itself; none whose path is no
    text, or has control characters in it."""
    found: dict[str, Rule] = {}
    for each in redirects:
        try:
            path = unquote_to_bytes(each.source.partition("?")[0]).decode()
        except UnicodeDecodeError:
            continue
        if path.startswith("/") and not _CONTROL.search(path) and is_target(each.target):
            rule = Rule(path, _encoded(each.target))
            if rule.target != quote(path):
                found.setdefault(path, rule)
    return list(found.values())


def _encoded(target: str) -> str:
    """In a path no colon either, which Netlify takes for the begin of a placeholder, nor an asterisk."""
    found = _TARGET.fullmatch(target)
    assert found is not None
    return found["site"] + quote(_NO_BYTE.sub("%25", found["path"]), safe="/?=&%+,@~")


def _nginx(each: Rule) -> str:
    """A location is compared with the decoded path; what it returns may name variables by $, which is encoded."""
    path = each.path.replace("\\", "\\\\").replace('"', '\\"')
    return f'location = "{path}" {{ return {MOVED} "{each.target}"; }}'


def _apache(each: Rule) -> str:
    """By a pattern, since Redirect takes all that begins with the path. Apache's patterns are of bytes."""
    pattern = "".join(
        one if _PLAIN_IN_PATTERNS.match(one) else "".join(f"\\x{byte:02x}" for byte in one.encode())
        for one in each.path
    )
    return f'RedirectMatch {MOVED} "^{pattern}$" "{each.target}"'


def _hosts(each: Rule) -> str:
    return f"{quote(each.path)} {each.target} {MOVED}"


def _lines(write: Callable[[Rule], str]) -> Callable[[Sequence[Rule]], str]:
    return lambda each: "".join(f"{write(one)}\n" for one in each)


def _csv(each: Sequence[Rule]) -> str:
    writer = CsvWriter(("from", "to", "status"))
    rows = [(quote(one.path), one.target, MOVED) for one in each]
    return (writer.head() + writer.rows(rows, is_first=True) + writer.tail(len(rows))).decode()


@dataclass(frozen=True, slots=True)
class RuleFormat:
    """file: its name. note: where the rules belong."""

    label: str
    file: str
    media_type: str
    note: "StrOrPromise"
    write: Callable[[Sequence[Rule]], str]


_TEXT = "text/plain"
FORMATS = {
    "nginx": RuleFormat(
        "nginx", "redirects.conf", _TEXT, _("Include the file in the server block of the site."), _lines(_nginx)
    ),
    "apache": RuleFormat(
        "Apache",
        "redirects.conf",
        _TEXT,
        _("Put the lines into the site’s configuration or its .htaccess file; they need mod_alias."),
        _lines(_apache),
    ),
    "netlify": RuleFormat(
        "Netlify, Cloudflare Pages",
        "_redirects",
        _TEXT,
        _("Add the lines to the file _redirects in the folder that is published."),
        _lines(_hosts),
    ),
    "csv": RuleFormat(
        "CSV", "redirects.csv", "text/csv", _("For a content management system that reads a list."), _csv
    ),
}
