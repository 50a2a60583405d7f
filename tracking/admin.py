"""The operator's view of ingestion: the ledger, the quarantine, single events, the partitions. All of it read only.

Nothing here loads a partitioned table unbounded: the pages on them ask the store for one event, or for a page of a
bounded range, under a statement timeout.
"""

import json
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import OuterRef, Subquery
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import cached_property

from analytics_pulse import clock
from projects.models import Project
from tracking.admin_forms import EventLookup, QuarantineFilter
from tracking.envelope import Message
from tracking.models import EventPage, LedgerGap, LedgerHour, PartitionPage, QuarantinePage
from tracking.storage import event_lookup, partitions, quarantine
from tracking.storage.base import QueryTooLarge

ROWS_A_PAGE = 100


class BoundedPaginator(Paginator):
    """Counts no further than the last page that anybody turns to."""

    MOST = 10_000

    @cached_property
    def count(self) -> int:
        return self.object_list[: self.MOST].count()  # type: ignore[attr-defined]


class ReadOnly(admin.ModelAdmin):
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class BalanceFilter(admin.SimpleListFilter):
    title = "balance"
    parameter_name = "balance"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("off", "does not add up")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.unbalanced() if self.value() == "off" else queryset


class HourOfProject(ReadOnly):
    """Rows of the hours of any project, found by the project."""

    search_fields = ("=project_id",)
    search_help_text = "A project's id, or a part of its name or domain."
    ordering = ("-hour", "project_id")
    list_per_page = ROWS_A_PAGE
    show_full_result_count = False
    paginator = BoundedPaginator

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:
        """By a project's id, name or domain."""
        term = search_term.strip()
        if not term:
            return queryset, False
        try:
            return queryset.filter(project_id=UUID(term)), False
        except ValueError:
            named = Project.objects.filter(name__icontains=term) | Project.objects.filter(domain__icontains=term)
            return queryset.filter(project_id__in=named.values("pk")), False

    def get_queryset(self, request: HttpRequest) -> Any:
        name = Project.objects.filter(pk=OuterRef("project_id")).values("name")[:1]
        return super().get_queryset(request).annotate(project_name=Subquery(name))

    def project(self, row: Any) -> str:
        return row.project_name or str(row.project_id)


@admin.register(LedgerGap)
class LedgerGapAdmin(HourOfProject):
    list_display = ("hour", "project", "missing", "found_at", "resolved_at")
    list_filter = (("resolved_at", admin.EmptyFieldListFilter), "hour")
    fields = readonly_fields = list_display


@admin.register(LedgerHour)
class LedgerAdmin(HourOfProject):
    list_display = (
        "hour",
        "project",
        "received",
        "accepted",
        "stored",
        "duplicate",
        "quarantined",
        "rejected",
        "adds_up",
    )
    list_filter = ("hour", BalanceFilter)
    fields = readonly_fields = (*list_display, "reasons")

    @admin.display(boolean=True)
    def adds_up(self, hour: LedgerHour) -> bool:
        return hour.accepted == hour.stored + hour.duplicate + hour.quarantined


class StorePage(ReadOnly):
    """A page of its own in place of the list, and one in place of the form; see tracking.models.AdminPage."""

    def page(self, request: HttpRequest, template: str, title: str, **context: Any) -> HttpResponse:
        """`template`: below templates/admin/tracking."""
        shared = self.admin_site.each_context(request)
        page = {"opts": self.opts, "title": title, "list_url": f"admin:tracking_{self.opts.model_name}_changelist"}
        return TemplateResponse(request, f"admin/tracking/{template}", shared | page | context)

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return self.list_page(request)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """object_id: project and event, joined by a colon."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        try:
            project_id, event_id = map(UUID, object_id.split(":"))
        except ValueError:
            raise Http404 from None
        return self.detail_page(request, project_id, event_id)

    def list_page(self, request: HttpRequest) -> HttpResponse:
        raise NotImplementedError

    def detail_page(self, request: HttpRequest, project_id: UUID, event_id: UUID) -> HttpResponse:
        raise Http404


@admin.register(QuarantinePage)
class QuarantineAdmin(StorePage):
    def list_page(self, request: HttpRequest) -> HttpResponse:
        form = QuarantineFilter(QuarantineFilter.defaults(clock.now().date()) | request.GET.dict())
        number = max(1, int(request.GET["page"])) if request.GET.get("page", "").isdecimal() else 1
        rows: list[quarantine.Quarantined] = []
        is_too_much = False
        if form.is_valid():
            asked = form.cleaned_data
            try:
                rows = quarantine.list_quarantined(
                    asked["project"] and asked["project"].pk,
                    asked["start"],
                    asked["end"],
                    reason=asked["reason"],
                    limit=ROWS_A_PAGE + 1,
                    offset=(number - 1) * ROWS_A_PAGE,
                )
            except QueryTooLarge:
                is_too_much = True
        names = dict(Project.objects.filter(pk__in={row.project_id for row in rows}).values_list("pk", "name"))
        return self.page(
            request,
            "quarantine.html",
            "Quarantined events",
            form=form,
            rows=[(row, names.get(row.project_id, row.project_id)) for row in rows[:ROWS_A_PAGE]],
            is_too_much=is_too_much,
            number=number,
            has_next=len(rows) > ROWS_A_PAGE,
        )

    def detail_page(self, request: HttpRequest, project_id: UUID, event_id: UUID) -> HttpResponse:
        row = quarantine.find(project_id, event_id)
        if row is None:
            raise Http404
        columns = {name: getattr(row, name) for name in row.__slots__ if name != "payload"}
        (envelope,) = Message.decode(row.payload).envelopes
        (event,) = envelope.events
        accepted = {"event": _said(event), "from": _said(envelope, but="events")}
        return self.page(
            request, "event.html", "Quarantined event", columns=_columns(columns), accepted=_pretty(accepted)
        )


@admin.register(EventPage)
class EventAdmin(StorePage):
    def list_page(self, request: HttpRequest) -> HttpResponse:
        form = EventLookup(request.GET if "event_id" in request.GET else None)
        columns = None
        if form.is_valid():
            columns = event_lookup.find_event(form.cleaned_data["project"].pk, form.cleaned_data["event_id"])
        return self.page(
            request, "event_lookup.html", "Look an event up", form=form, columns=columns and _columns(columns)
        )


@admin.register(PartitionPage)
class PartitionAdmin(StorePage):
    def list_page(self, request: HttpRequest) -> HttpResponse:
        state = partitions.health(clock.now())
        return self.page(request, "partitions.html", "Partitions", state=state, rows=partitions.list_partitions())


def _said(part: msgspec.Struct, but: str = "") -> dict[str, Any]:
    """The fields that say something."""
    fields = {name: getattr(part, name) for name in part.__struct_fields__ if name != but}
    return {name: value for name, value in fields.items() if value not in (None, "", False)}


def _columns(values: dict[str, Any]) -> dict[str, Any]:
    """With times in full, which the admin would round to minutes."""
    return {name: str(value) if isinstance(value, datetime) else value for name, value in values.items()}


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False, default=str)
