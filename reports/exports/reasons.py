"""Why an export came to nothing, in words for a person."""

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

SENTENCES = {
    "query_too_large": _("It took the database too long. Ask about a shorter period, or with fewer filters."),
    "invalid_pattern": _("One of its filters is not a valid pattern."),
    "not_possible": _("What it asked for is not possible any more."),
    "no_room": _("There is not enough room for it on the server's disk. Tell who runs the server."),
    "project_deleted": _("The project was deleted."),
    "gave_up": _("It was not done within a day."),
}


def sentence_of(code: str) -> str:
    return gettext(SENTENCES.get(code, _("Something went wrong.")))
