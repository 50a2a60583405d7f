"""What must not count is set aside, each with its reason: nothing is dropped, the owner can look at it and restore it.

The web process has judged the IP rules already, being the only one that sees the address; what it said is in
`Envelope.screened`. Which clients are bots, and which are not though they are no people: screening/bots.py.
"""

from uuid import UUID

from tracking.envelope import Envelope
from tracking.pipeline.batch import Batch, Item, quarantine
from tracking.pipeline.enrich import UNREADABLE, country_of
from tracking.pipeline.enrichment.acquisition import read_referrer
from tracking.pipeline.enrichment.location import locate
from tracking.pipeline.screening.bots import is_bot
from tracking.pipeline.screening.referrer_spam import is_spam
from tracking.pipeline.screening.rules import Rules, rules_of
from tracking.project_settings import settings_of
from tracking.reasons import Reason

MAX_DETAIL_CHARS = 255

Verdict = tuple[Reason, str] | None


def screen(batch: Batch) -> Batch:
    """Move what is screened out from items to quarantined. Under 1 us an event that counts; safe to repeat."""
    if batch.is_restored:
        return batch
    rules: dict[UUID, Rules | None] = {}
    items: list[Item] = []
    envelope: Envelope | None = None
    verdict: Verdict = None
    for item in batch.items:
        if item.envelope is not envelope:  # the events of an envelope stand together
            envelope = item.envelope
            if envelope.project_id not in rules:
                settings = settings_of(envelope.project_id)
                rules[envelope.project_id] = rules_of(settings.screening) if settings else None
            verdict = _judge_client(envelope)
        refused = verdict
        if refused is None:
            try:
                refused = _judge_event(item, rules[envelope.project_id])
            except UNREADABLE as error:
                refused = Reason.POISON, f"screen: {type(error).__name__}"
        if refused is None:
            items.append(item)
        else:
            reason, detail = refused
            batch.quarantined.append(quarantine(item, reason, detail[:MAX_DETAIL_CHARS]))
    batch.items = items
    return batch


def _judge_client(envelope: Envelope) -> Verdict:
    if envelope.screened:
        return Reason.IP, envelope.screened
    return (Reason.BOT, envelope.user_agent) if is_bot(envelope.user_agent) else None


def _judge_event(item: Item, rules: Rules | None) -> Verdict:
    event = item.event
    if event.referrer and is_spam(host := read_referrer(event.referrer).host):
        return Reason.SPAM_REFERRER, host
    if rules is None:
        return None
    country = country_of(item.envelope, event) if rules.needs_country else ""
    return rules.refuses(locate(event.url), country)
