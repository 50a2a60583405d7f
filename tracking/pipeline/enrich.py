"""Accepted events become rows: what their texts mean is looked up, once per client and cached per text."""

from uuid import UUID

from tracking.campaigns import UTM_PARAMS
from tracking.envelope import AcceptedEvent, Envelope
from tracking.pipeline.batch import Batch, Item, quarantine
from tracking.pipeline.enrichment.acquisition import acquire
from tracking.pipeline.enrichment.languages import normalise_language
from tracking.pipeline.enrichment.location import Campaign, locate
from tracking.pipeline.enrichment.timezones import country_of_timezone
from tracking.pipeline.enrichment.user_agent import UNKNOWN, Client, read_client
from tracking.project_settings import settings_of
from tracking.reasons import Reason
from tracking.storage.rows import EventRow

# What CDNs say of an address that they cannot place, and of Tor.
_NO_COUNTRY = {"XX", "T1", "ZZ"}
# What an event itself can be guilty of. Not Exception: running out of time or memory is no fault of the event at hand.
UNREADABLE = (ValueError, TypeError, LookupError, AttributeError)


def enrich(batch: Batch) -> Batch:
    """Set each item's row; session_id stays 0 for `sessionize`. An event that cannot be read is quarantined as poison.

    Warm caches: some 4 us an event. No input or output but the projects' cached settings; safe to repeat.
    """
    kept_query_params: dict[UUID, tuple[str, ...]] = {}
    items: list[Item] = []
    envelope: Envelope | None = None
    client = UNKNOWN
    kept: tuple[str, ...] = ()
    for item in batch.items:
        if item.envelope is not envelope:  # the events of an envelope stand together
            envelope = item.envelope
            if envelope.project_id not in kept_query_params:
                settings = settings_of(envelope.project_id)
                kept_query_params[envelope.project_id] = settings.kept_query_params if settings else ()
            kept = kept_query_params[envelope.project_id]
            client = read_client(envelope.user_agent)
        try:
            item.row = _row(envelope, item.event, client, kept)
        except UNREADABLE as error:
            batch.quarantined.append(quarantine(item, Reason.POISON, f"enrich: {type(error).__name__}"))
        else:
            items.append(item)
    batch.items = items
    return batch


def country_of(envelope: Envelope, event: AcceptedEvent) -> str:
    """ISO 3166 alpha-2, or "" when neither the address nor the browser's time zone tells."""
    country = envelope.country
    return country if country and country not in _NO_COUNTRY else country_of_timezone(event.timezone)


def campaign_of(event: AcceptedEvent, in_url: Campaign) -> Campaign:
    """What the sender says of the campaign, where it does; else what stands in the URL."""
    if not event.utm_params:
        return in_url
    return in_url._replace(**{name: event.utm_params.get(name, "") for name in UTM_PARAMS})


def _row(envelope: Envelope, event: AcceptedEvent, client: Client, kept_query_params: tuple[str, ...]) -> EventRow:
    location = locate(event.url, kept_query_params)
    campaign = campaign_of(event, location.campaign)
    acquired = acquire(event.referrer, location.hostname, campaign)
    # By position, in the order of the columns: half the time of naming forty fields.
    return EventRow(
        envelope.project_id,
        event.event_id,
        event.occurred_at,
        envelope.received_at,
        envelope.visitor_id,
        0,  # session_id
        event.user_id,
        event.event_type,
        event.event_name,
        location.hostname,
        location.path,
        event.title,
        acquired.referrer,
        acquired.source,
        acquired.channel,
        campaign.utm_source,
        campaign.utm_medium,
        campaign.utm_campaign,
        campaign.utm_term,
        campaign.utm_content,
        country_of(envelope, event),
        envelope.region,
        envelope.city,
        client.browser,
        client.browser_version,
        client.os,
        client.os_version,
        client.device_type,
        event.screen_width,
        event.screen_height,
        event.viewport_width,
        event.viewport_height,
        normalise_language(event.language),
        event.timezone,
        event.custom_data,
        event.value,
        event.currency,
        event.engaged_ms,
        event.scroll_depth,
        None,  # session_started_at
        event.is_undated,
    )
