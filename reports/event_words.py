"""An event as people read it: an icon, what kind it is, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# By event type: the icon of img/icons.svg, and its name. In the order in which a list offers them.
KINDS: "dict[str, tuple[str, StrOrPromise]]" = {
    "pageview": ("eye", _("Pageview")),
    "custom": ("bolt", _("Custom event")),
    "click": ("cursor", _("Click")),
    "form": ("edit", _("Form")),
    "outbound": ("external", _("Outbound link")),
    "download": ("download", _("Download")),
    "not_found": ("alert", _("Page not found")),
    "engagement": ("clock", _("Time on page")),
    "vitals": ("chart", _("Loading times")),
    "identify": ("user", _("Signed in")),
}
# The key of the custom data that says what an event of the type is about.
_SUBJECTS = {"outbound": "url", "download": "url", "form": "form"}


@dataclass(frozen=True, slots=True)
class EventWords:
    """subject: the name of a custom event, the address of a link, the path of a page."""

    icon: str
    kind: str
    subject: str


def words(event_type: str, event_name: str, page: str, properties: Mapping[str, Any] | None = None) -> EventWords:
    icon, kind = KINDS[event_type]
    subject = (properties or {}).get(_SUBJECTS.get(event_type, ""), "")
    if not isinstance(subject, str):
        subject = ""
    if event_type == "download":
        subject = urlsplit(subject).path.rpartition("/")[2] or subject
    return EventWords(icon, str(kind), event_name or subject or page)
