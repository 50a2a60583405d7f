"""Why an event is quarantined. The names are stable: they stand in the ledger, in the quarantine and in the UI."""

from enum import StrEnum

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _


class Reason(StrEnum):
    BOT = "bot"
    IP = "ip"
    COUNTRY = "country"
    PAGE = "page"
    HOSTNAME = "hostname"
    SPAM_REFERRER = "spam_referrer"
    POISON = "poison"
    """The store refuses the event itself, whatever is retried."""

    @property
    def label(self) -> str:
        """For people."""
        return gettext(_LABELS[self])


_LABELS = {
    Reason.BOT: _("Bot"),
    Reason.IP: _("Address"),
    Reason.COUNTRY: _("Country"),
    Reason.PAGE: _("Page"),
    Reason.HOSTNAME: _("Hostname"),
    Reason.SPAM_REFERRER: _("Spam referrer"),
    Reason.POISON: _("Error"),
}
