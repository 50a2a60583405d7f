"""Why a visitor is (not) counted: their own request through every rule, in the order and by the code of ingestion."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit

import msgspec
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import HttpRequest
from django.utils.translation import gettext as _

from analytics_pulse.problems import Problem
from projects.models import Project
from tracking import cors, identity, keys, rate_limit
from tracking.client import Client, client_of
from tracking.countries import name_of
from tracking.envelope import Envelope
from tracking.keys import Source
from tracking.parsing import parse_event
from tracking.pipeline.enrich import country_of
from tracking.pipeline.enrichment.acquisition import read_referrer
from tracking.pipeline.enrichment.location import locate
from tracking.pipeline.enrichment.user_agent import in_words, read_client
from tracking.pipeline.screening.bots import is_bot
from tracking.pipeline.screening.referrer_spam import is_spam
from tracking.pipeline.screening.rules import rules_of
from tracking.project_settings import Screening
from tracking.sealing import seal
from tracking.validation import accept


class Outcome(StrEnum):
    PASSED = "passed"
    SILENT = "silent"
    """The tracker sends nothing."""
    REFUSED = "refused"
    """The event is answered with an error, and not kept."""
    QUARANTINED = "quarantined"
    """The event is set aside."""


@dataclass(frozen=True, slots=True)
class Check:
    """One rule. detail: what it looked at, or why it says no."""

    name: str
    outcome: Outcome
    detail: str

    @property
    def has_passed(self) -> bool:
        return self.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True)
class Verdict:
    """The checks in the order of ingestion; those after a fault in the event itself cannot be made and are not there.

    ip: shown to its owner, kept nowhere. visitor_id: as it is shown elsewhere; "" when the event is refused, or when
    the tracker on the site would name another one.
    """

    checks: list[Check]
    ip: str
    client: str
    country: str
    visitor_id: str

    @property
    def first_fault(self) -> Check | None:
        """What decides: None when the visit is counted."""
        return next((check for check in self.checks if not check.has_passed), None)


def judge(request: HttpRequest, project: Project, *, url: str, referrer: str, timezone: str, now: datetime) -> Verdict:
    """What would become of a pageview of this URL that the client of this request sent now. Writes nothing."""
    client = client_of(request)
    checks = [_do_not_track(request), _global_privacy_control(request)]
    source, check = _source(project)
    checks.append(check)
    named = read_client(client.user_agent)
    described = in_words(named) or _("unknown")
    envelope = None
    if source is not None:
        checks += [_origin(source, url), _rate(source, now)]
        check, envelope = _event(source, client, url, referrer, timezone, now)
        checks.append(check)
    if source is None or envelope is None:
        return Verdict(checks, client.ip, described, "", "")
    country = country_of(envelope, envelope.events[0])
    checks += _screening(source.project.screening, envelope, country)
    visitor = identity.shown(envelope.visitor_id) if source.project.is_cookieless else ""
    return Verdict(checks, client.ip, described, name_of(country), visitor)


def _do_not_track(request: HttpRequest) -> Check:
    name = "Do Not Track"
    if request.headers.get("DNT") == "1":
        return Check(name, Outcome.SILENT, _("Your browser asks not to be tracked, so the tracker sends nothing."))
    return Check(name, Outcome.PASSED, _("Your browser does not send it."))


def _global_privacy_control(request: HttpRequest) -> Check:
    name = "Global Privacy Control"
    if request.headers.get("Sec-GPC") == "1":
        return Check(name, Outcome.SILENT, _("Your browser signals it, so the tracker sends nothing."))
    return Check(name, Outcome.PASSED, _("Your browser does not send it."))


def _source(project: Project) -> tuple[Source | None, Check]:
    name = _("Key and project")
    try:
        return keys.resolve(project.write_key), Check(name, Outcome.PASSED, _("The key is known, the project is on."))
    except keys.ProjectInactive:
        # The other rules are still worth knowing.
        check = Check(name, Outcome.REFUSED, _("The project accepts no events: it is switched off in its settings."))
        return keys.resolve(project.write_key, must_be_active=False), check
    except Problem as problem:
        return None, Check(name, Outcome.REFUSED, _(problem.title))


def _origin(source: Source, url: str) -> Check:
    name = _("Allowed origins")
    try:
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}".lower()
        cors.check_origin(source, origin)
    except ValueError:  # no URL at all: the next but one says so
        return Check(name, Outcome.PASSED, _("Any may send."))
    except Problem:
        return Check(
            name,
            Outcome.REFUSED,
            _("Pages of %(origin)s may not send: it is not in the list of the settings.") % {"origin": origin},
        )
    return Check(
        name,
        Outcome.PASSED,
        _("%(origin)s may send.") % {"origin": origin} if source.project.allowed_origins else _("Any may send."),
    )


def _rate(source: Source, now: datetime) -> Check:
    name = _("Requests this hour")
    allowance = rate_limit.peek(source, now)
    if allowance is None:
        return Check(name, Outcome.PASSED, _("There is no limit."))
    if allowance.remaining == 0:
        return Check(
            name, Outcome.REFUSED, _("All %(number)s of this hour are spent.") % {"number": intcomma(allowance.limit)}
        )
    spent = {"spent": intcomma(allowance.limit - allowance.remaining), "limit": intcomma(allowance.limit)}
    return Check(name, Outcome.PASSED, _("At most %(spent)s of %(limit)s are spent.") % spent)


def _event(
    source: Source, client: Client, url: str, referrer: str, timezone: str, now: datetime
) -> tuple[Check, Envelope | None]:
    name = _("The event itself")
    sent = {"event_type": "pageview", "url": url, "referrer": referrer, "timezone": timezone}
    accepted = accept(parse_event(msgspec.json.encode(sent)), source, now)
    if accepted.errors:
        error = accepted.errors[0]
        return Check(name, Outcome.REFUSED, _refusal(error)), None
    (envelope,) = seal(accepted, source, client, now)
    return Check(name, Outcome.PASSED, _("It is a pageview of %(url)s") % {"url": envelope.events[0].url}), envelope


def _refusal(error: dict[str, Any]) -> str:
    """`url must be …`; what is hardly ever wrong here, in the words of the API."""
    field = error["pointer"].lstrip("/")
    if error["code"] == "invalid_url":
        return _("%(field)s must be an http or https URL with a host") % {"field": field}
    return f"{field} {error['detail']}"


def _screening(screening: Screening, envelope: Envelope, country: str) -> list[Check]:
    event = envelope.events[0]
    host = read_referrer(event.referrer).host if event.referrer else ""
    location = locate(event.url)
    where = _("You are in %(country)s.") % {"country": name_of(country)} if country else _("Nobody knows your country.")

    def refused_by(rule: str) -> bool:
        rules = rules_of(Screening(**{rule: getattr(screening, rule)}))
        return rules is not None and rules.refuses(location, country) is not None

    return [
        _screened(
            _("Excluded addresses"),
            bool(envelope.screened),
            _("Your address is excluded."),
            _("Yours is not excluded."),
        ),
        _screened(
            _("Bots"),
            is_bot(envelope.user_agent),
            _("Your browser says it is a bot."),
            _("Your browser does not say it is one."),
        ),
        _screened(
            _("Spam referrers"),
            bool(host) and is_spam(host),
            _("%(host)s is a known spammer.") % {"host": host},
            host or _("No referrer."),
        ),
        _screened(
            _("Excluded countries"), refused_by("countries"), _("%(where)s It is excluded.") % {"where": where}, where
        ),
        _screened(
            _("Excluded pages"),
            refused_by("pages"),
            _("%(path)s is excluded.") % {"path": location.path},
            _("%(path)s is not excluded.") % {"path": location.path},
        ),
        _screened(
            _("Hostnames"),
            refused_by("hostnames"),
            _("%(host)s is not among those that count.") % {"host": location.hostname},
            _("%(host)s counts.") % {"host": location.hostname},
        ),
    ]


def _screened(name: str, is_refused: bool, refusal: str, detail: str) -> Check:
    return Check(name, Outcome.QUARANTINED, refusal) if is_refused else Check(name, Outcome.PASSED, detail)
