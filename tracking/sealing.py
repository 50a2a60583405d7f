"""Accepted events to envelopes: here an address becomes a place, a hash and a verdict, and is forgotten."""

from datetime import datetime

from tracking import geo, identity
from tracking.client import Client, is_within
from tracking.envelope import AcceptedEvent, Envelope
from tracking.keys import Source
from tracking.reasons import Reason
from tracking.validation import Accepted, Sender


def seal(accepted: Accepted, source: Source, client: Client, received_at: datetime) -> list[Envelope]:
    """One envelope for each (address, user agent, visitor) among the events, in order of first appearance."""
    groups: dict[Sender, list[AcceptedEvent]] = {}
    for event, sender in zip(accepted.events, accepted.senders, strict=True):
        groups.setdefault(sender, []).append(event)
    return [_seal(sender, events, source, client, received_at) for sender, events in groups.items()]


def _seal(
    sender: Sender, events: list[AcceptedEvent], source: Source, client: Client, received_at: datetime
) -> Envelope:
    project = source.project
    ip = sender.ip or client.ip
    user_agent = sender.user_agent or client.user_agent
    place = geo.lookup(ip)
    # The CDN speaks of the address that connected, not of one that the event names.
    country = place.country or (client.country if sender.ip is None else "")
    visitor_id: int
    previous_visitor_id: int | None = None
    if sender.anonymous_id is None:
        visitor_id, previous_visitor_id = identity.visitor_ids(project.id, ip, user_agent, received_at)
    else:
        visitor_id = identity.anonymous_visitor_id(project.id, sender.anonymous_id)
    return Envelope(
        project_id=project.id,
        received_at=received_at,
        visitor_id=visitor_id,
        previous_visitor_id=previous_visitor_id,
        user_agent=user_agent,
        country=country,
        region=place.region,
        city=place.city,
        screened=Reason.IP.value if is_within(ip, project.screening.networks) else "",
        events=events,
    )
