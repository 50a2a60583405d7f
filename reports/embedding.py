"""How a shared dashboard looks that stands in a frame of somebody else's page. All of it is in the address."""

from dataclasses import dataclass
from typing import Self
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.html import escape
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

SYSTEM = "system"
THEMES = {SYSTEM: _("As the visitor’s system"), "light": _("Light"), "dark": _("Dark")}
TRANSPARENT = "transparent"


@dataclass(frozen=True, slots=True)
class Embedding:
    """theme: one of THEMES. is_transparent: the page around it shines through."""

    theme: str = SYSTEM
    is_transparent: bool = False

    @classmethod
    def asked(cls, query: QueryDict) -> Self | None:
        """None: the address asks for a page of its own. What it cannot have is as it is by default."""
        if query.get("embed") != "1":
            return None
        theme = str(query.get("theme", SYSTEM))
        return cls(theme if theme in THEMES else SYSTEM, query.get("background") == TRANSPARENT)

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """What every address within the frame says again."""
        background = [("background", TRANSPARENT)] if self.is_transparent else []
        return [("embed", "1"), ("theme", self.theme), *background]


def snippet(url: str, domain: str, how: Embedding) -> str:
    """HTML for the page around it. The frame's colour scheme must be that of what is in it: browsers paint a frame of
    another scheme opaque."""
    title = escape(gettext("Visitors of %(domain)s") % {"domain": domain})
    scheme = {SYSTEM: "light dark"}.get(how.theme, how.theme)
    return (
        f'<iframe src="{escape(f"{url}?{urlencode(how.parameters)}")}" title="{title}" loading="lazy"'
        f' style="width: 100%; height: 100rem; border: 0; color-scheme: {scheme}"></iframe>'
    )
