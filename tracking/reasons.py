"""Why an event is quarantined. The names are stable: they stand in the ledger, in the quarantine and in the UI."""

from enum import StrEnum


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
        return _LABELS[self]


_LABELS = {
    Reason.BOT: "Bot",
    Reason.IP: "Address",
    Reason.COUNTRY: "Country",
    Reason.PAGE: "Page",
    Reason.HOSTNAME: "Hostname",
    Reason.SPAM_REFERRER: "Spam referrer",
    Reason.POISON: "Error",
}
