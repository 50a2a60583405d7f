"""The page of a project's settings that shows what was screened out, and why; it is restored and dropped here."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from urllib.parse import urlencode
from uuid import UUID

import msgspec
import redis
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.contrib.humanize.templatetags.humanize import intcomma
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from analytics_pulse import clock
from projects.access import get_project_for
from projects.models import Project, Role
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from tracking import identity, quarantine
from tracking.countries import name_of
from tracking.envelope import AcceptedEvent, Envelope
from tracking.pipeline.enrichment.user_agent import in_words, read_client
from tracking.quarantine import Selection
from tracking.quarantine_form import QuarantineFilterForm, cursor_of, parse_cursor
from tracking.reasons import Reason
from tracking.storage import quarantine as stored
from tracking.storage.base import QueryTooLarge
from tracking.storage.quarantine import Place, Quarantined
from tracking.tasks import drop_quarantined, restore_quarantined

ROWS_A_PAGE = 50
COUNT_TIMEOUT_S = 2
_AWAY = gettext_noop("The queue cannot be reached at the moment. Nothing has changed: try again.")


@dataclass(frozen=True, slots=True)
class Listed:
    """A quarantined event as people read it. envelope, event: None when this version cannot read it."""

    row: Quarantined
    reason: str
    envelope: Envelope | None
    event: AcceptedEvent | None

    @classmethod
    def of(cls, row: Quarantined) -> "Listed":
        envelope = quarantine.envelope_of(row)
        reason = Reason(row.reason).label if row.reason in set(Reason) else row.reason
        return cls(row, reason, envelope, envelope.events[0] if envelope else None)

    @property
    def page(self) -> str:
        """The page's address as people say it."""
        return self.event.url.partition("://")[2] if self.event else ""

    def details(self) -> list[tuple[str, str]]:
        """What was sent and learned, name by name; what is empty is left out. There is no address among it."""
        if self.event is None or self.envelope is None:
            return []
        client = read_client(self.envelope.user_agent)
        place = ", ".join(filter(None, (self.envelope.city, self.envelope.region, name_of(self.envelope.country))))
        campaign = self.event.utm_params and msgspec.json.format(msgspec.json.encode(self.event.utm_params)).decode()
        custom = self.event.custom_data and msgspec.json.format(msgspec.json.encode(self.event.custom_data)).decode()
        named = [
            (_("Type"), self.event.event_type),
            (_("Event"), self.event.event_name),
            (_("Page"), self.event.url),
            (_("Title"), self.event.title),
            (_("Referrer"), self.event.referrer),
            (_("Campaign"), campaign),
            (_("Custom data"), custom),
            (_("Value"), f"{self.event.value or ''} {self.event.currency}".strip()),
            (_("User agent"), self.envelope.user_agent),
            (_("Read as"), in_words(client)),
            (_("Place"), place),
            (_("Time zone"), self.event.timezone),
            (_("Language"), self.event.language),
            (_("User id"), self.event.user_id),
            (_("Visitor"), identity.shown(self.envelope.visitor_id)),
        ]
        return [(name, value) for name, value in named if value]


@login_required
@require_safe
def listing(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.EDITOR)
    form = QuarantineFilterForm(request.GET, project=project, now=clock.now())
    rows: list[Quarantined] = []
    counts: dict[str, int] = {}
    is_too_much = False
    before = _place(request.GET.get("before", ""))
    if form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            rows = stored.list_quarantined(project_id, *form.range, reason=reason, limit=ROWS_A_PAGE + 1, before=before)
        except QueryTooLarge:
            is_too_much = True
        with suppress(QueryTooLarge):  # the page does without
            counts = stored.count(project_id, *form.range, timeout_s=COUNT_TIMEOUT_S)
    asked = {name: form.data[name] for name in form.fields if form.data.get(name)}
    shown = rows[:ROWS_A_PAGE]
    older = asked | {"before": cursor_of(shown[-1].place)} if len(rows) > ROWS_A_PAGE else None
    return settings_page(
        request,
        "tracking/quarantine.html",
        project,
        form=form,
        asked=asked,
        rows=[Listed.of(row) for row in shown],
        zone=project.zone,
        total=counts.get(asked["reason"], 0) if asked.get("reason") else sum(counts.values()),
        counts=[(reason, counts[reason.value]) for reason in Reason if reason.value in counts],
        chosen_reason=Reason(asked["reason"]).label if form.is_valid() and asked.get("reason") else "",
        older=older and urlencode(older),
        newest=urlencode(asked) if before else "",
        is_too_much=is_too_much,
        returns_to=request.GET.urlencode(),
    )


@login_required
@require_safe
def inspect(request: SignedInRequest, project_id: UUID, event_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id, Role.EDITOR)
    row = stored.find(project_id, event_id)
    if row is None:
        raise Http404
    return settings_page(
        request, "tracking/quarantined_event.html", project, listed=Listed.of(row), zone=project.zone, returns_to=""
    )


@login_required
@require_POST
def restore(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """Those that are named, or all that the filter shows."""
    project = get_project_for(request.user, project_id, Role.EDITOR)

    def some(event_ids: list[UUID]) -> str:
        count = quarantine.restore(project_id, event_ids, now=clock.now())
        if not count:
            return _("They are restored or gone already.")
        said = ngettext(
            "%(number)s event is on the way into your reports.",
            "%(number)s events are on the way into your reports.",
            count,
        )
        return said % {"number": intcomma(count)}

    def every(selection: Selection) -> str:
        restore_quarantined.apply_async((selection.encode(),), retry=False)
        return _("They are on the way into your reports, portion by portion, and leave this list as they arrive.")

    return _act(request, project, some, every)


@login_required
@require_POST
def drop(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """Those that are named, or all that the filter shows."""
    project = get_project_for(request.user, project_id, Role.EDITOR)

    def some(event_ids: list[UUID]) -> str:
        count = stored.drop(project_id, event_ids)
        return ngettext("%(number)s event is deleted.", "%(number)s events are deleted.", count) % {
            "number": intcomma(count)
        }

    def every(selection: Selection) -> str:
        drop_quarantined.apply_async((selection.encode(),), retry=False)
        return _("They are being deleted, portion by portion.")

    return _act(request, project, some, every)


def _act(
    request: SignedInRequest,
    project: Project,
    some: Callable[[list[UUID]], str],
    every: Callable[[Selection], str],
) -> HttpResponse:
    """Say what `some` or `every` says, and go back to where the request came from. Submitted twice, nothing more."""
    query = QueryDict(request.POST.get("returns_to", ""))
    back = redirect(f"{reverse('tracking:quarantine', args=[project.pk])}?{query.urlencode()}".rstrip("?"))
    try:
        if request.POST.get("all"):
            form = QuarantineFilterForm(request.POST, project=project, now=clock.now())
            if not form.is_valid():
                messages.error(request, _("Choose a range of days first."))
                return back
            said = every(Selection(project.pk, *form.range, form.cleaned_data["reason"]))
        else:
            event_ids = _ids(request.POST.getlist("event_id"))
            if not event_ids:
                messages.info(request, _("Choose at least one event."))
                return back
            said = some(event_ids)
    except (redis.RedisError, OperationalError, OSError):
        messages.error(request, _(_AWAY))
    else:
        messages.success(request, said)
    return back


def _ids(texts: list[str]) -> list[UUID]:
    """At most a page of them; what is none is passed over."""
    found = []
    for text in texts[:ROWS_A_PAGE]:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _place(text: str) -> Place | None:
    try:
        return parse_cursor(text) if text else None
    except ValueError:  # a link that somebody cut off: the first page
        return None
