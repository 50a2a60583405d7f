"""Who comes back and how pages age, over the API: as JSON, or the rows as CSV."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from analytics_pulse import clock
from reports.api import answers, pages
from reports.api.base import StatsView
from reports.api.exports import AnyFormat
from reports.exports.cells import Value
from reports.exports.formats import CsvWriter
from reports.params import InvalidParams, Question, fault
from reports.retention import asked, page_list
from reports.retention import documentation as described
from reports.retention.activity import activity
from reports.retention.cohorts import Cohorts, cohorts
from reports.retention.returning import returning
from tracking.storage.page_ages import AGES, AgedPage
from tracking.storage.people import People

FORMATS = ("json", "csv")


class TableView(StatsView):
    """`format` is a parameter of ours, and the answer is what it says; errors are JSON."""

    content_negotiation_class = AnyFormat

    def answer(self, question: Question, name: str, columns: list[str], rows: list[dict[str, Any]], **more: Any) -> Any:
        """Raises InvalidParams."""
        wanted = self.params.get("format") or "json"
        if wanted not in FORMATS:
            raise InvalidParams(errors=[fault("format", "unknown_format", f"one of {', '.join(FORMATS)}")])
        if wanted == "json":
            return Response(answers.head(question) | more | {"results": rows})
        writer = CsvWriter(columns)
        found: list[list[Value]] = [[_cell(row[name]) for name in columns] for row in rows]
        response = HttpResponse(writer.head() + writer.rows(found, is_first=True), content_type=writer.media_type)
        first, last = question.period.first, question.period.last
        response["Content-Disposition"] = f'attachment; filename="{name}-{first}-{last}.csv"'
        return response


class RetentionView(TableView):
    @extend_schema(**described.RETENTION)
    def get(self, request: Request, project_id: UUID) -> Any:
        question, now = self.question(request, project_id), clock.now()
        wanted = asked.asked(self.params, question, _whoever(question))
        found = cohorts(question, wanted, now)
        of = {"unit": wanted.unit, "by": str(wanted.people), "again": wanted.again or None}
        average = [None if share is None else round(share, 2) for share in found.average]
        columns = ["cohort", "people", "later", wanted.unit, "returned", "share", "is_complete"]
        if self.params.get("format") == "csv":
            return self.answer(question, "retention", columns, list(_cells(found)))
        return self.answer(
            question, "retention", columns, [_cohort(found, each) for each in found.rows], **of, average=average
        )


class PageAgesView(TableView):
    @extend_schema(**described.PAGE_AGES)
    def get(self, request: Request, project_id: UUID) -> Any:
        question = self.question(request, project_id)
        wanted, limit, offset = page_list.asked(self.params), pages.limit(self.params), pages.offset(self.params)
        found = page_list.found(question, wanted, clock.now(), limit=limit, offset=offset)
        rows = [_page(each, question) for each in found.rows]
        medians = {f"views_{age}d": median for age, median in zip(AGES, found.medians, strict=True)}
        following = pages.following(request, found.total, limit=limit, offset=offset)
        columns = ["page", "first_seen_at", *medians, "views"]
        return self.answer(
            question, "page-ages", columns, rows, total_rows=found.total, medians=medians, next=following
        )


class ReturningView(StatsView):
    @extend_schema(**described.RETURNING)
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        found = returning(question)
        rows = [
            {
                "start": each.start.isoformat(),
                "visitors": each.visitors,
                "returning": each.returning,
                "share": _rounded(each.share),
            }
            for each in found.buckets
        ]
        whole = {
            "visitors": found.whole.visitors,
            "returning": found.whole.returning,
            "share": _rounded(found.whole.share),
        }
        return Response(answers.head(question) | {"interval": found.interval, "whole": whole, "results": rows})


class ActivityView(StatsView):
    @extend_schema(**described.ACTIVITY)
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        possible = _whoever(question)
        people = asked.people_of(self.params.get("by") or possible[0], possible)
        found = activity(question, people, clock.now())
        rows = [
            {"day": each.day.isoformat(), "daily": each.daily, "weekly": each.weekly, "monthly": each.monthly}
            for each in found.days
        ]
        return Response(
            answers.head(question)
            | {"by": str(people), "daily": round(found.daily, 2), "weekly": found.weekly, "monthly": found.monthly}
            | {"stickiness": _rounded(found.stickiness), "results": rows}
        )


def _whoever(question: Question) -> tuple[People, ...]:
    """Who can be known again; users may always be asked about, whether there are any or not."""
    return (People.USERS,) if question.project.is_cookieless else (People.VISITORS, People.USERS)


def _cohort(found: Cohorts, row: Any) -> dict[str, Any]:
    return {
        "cohort": row.start.isoformat(),
        "people": row.size,
        "cells": [
            {
                found.unit: cell.bucket.isoformat(),
                "returned": cell.people,
                "share": _rounded(cell.share),
                "is_complete": cell.is_complete,
            }
            for cell in row.cells
        ],
    }


def _cells(found: Cohorts) -> Iterator[dict[str, Any]]:
    """A row a cell, as spreadsheets take it."""
    for row in found.rows:
        cohort = _cohort(found, row)
        for later, cell in enumerate(cohort["cells"]):
            yield {"cohort": cohort["cohort"], "people": row.size, "later": later} | cell


def _page(page: AgedPage, question: Question) -> dict[str, Any]:
    first = page.first_seen_at.astimezone(question.project.zone).isoformat()
    ages = {f"views_{age}d": views for age, views in zip(AGES, page.views_at, strict=True)}
    return {"page": page.page, "first_seen_at": first} | ages | {"views": page.views}


def _cell(value: Any) -> Value:
    return str(value).lower() if isinstance(value, bool) else value


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 2)
