"""Broken pages over the API, and the redirects from them to the pages they most likely mean."""

from uuid import UUID

from django.http import HttpResponse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from reports import conditions, params
from reports.api import answers as of_api
from reports.api.base import StatsView
from reports.api.exports import AnyFormat
from reports.broken_pages import answers, api_documentation
from reports.broken_pages.answers import OPEN
from reports.broken_pages.redirects import FORMATS, rules
from reports.broken_pages.rows import BrokenRow, proposed, rows, wanted
from reports.faults import one_of
from reports.params import MAX_LIMIT, InvalidParams, fault
from tracking.storage.spec import StatsResult

PAGE_ROWS = 100


class BrokenPagesView(StatsView):
    @extend_schema(tags=["Statistics"], **api_documentation.LIST)
    def get(self, request: Request, project_id: UUID) -> Response:
        question = self.question(request, project_id)
        asked = wanted(self.params)
        limit = params.integer(self.params, "limit", PAGE_ROWS, at_least=1, at_most=MAX_LIMIT)
        offset = params.integer(self.params, "offset", 0, at_least=0, at_most=MAX_LIMIT)
        found = answers.run(question, asked.search)
        pages = found.of_state(asked.state)
        site = answers.site_pages(question) if asked.state == OPEN and pages else None
        result = StatsResult((), {"source": "events", "as_of": found.as_of})
        return Response(
            of_api.head(question)
            | {
                "results": [_row(each) for each in rows(pages[offset : offset + limit], site, question)],
                "filters": conditions.as_json(question.conditions),
                "meta": self.meta(question.query(("visitors",)), result)
                | {"total_rows": len(pages), "is_cut": found.is_cut},
            }
        )


class BrokenPageRedirectsView(StatsView):
    content_negotiation_class = AnyFormat

    @extend_schema(tags=["Statistics"], **api_documentation.REDIRECTS)
    def get(self, request: Request, project_id: UUID) -> HttpResponse:
        question = self.question(request, project_id)
        name = self.params.get("format") or "nginx"
        if name not in FORMATS:
            raise InvalidParams(errors=[fault("format", "unknown_format", one_of(FORMATS))])
        search = wanted(self.params).search
        pages = answers.run(question, search).of_state(OPEN)
        found = rules(proposed(pages, answers.site_pages(question))) if pages else []
        rule_format = FORMATS[name]
        response = HttpResponse(rule_format.write(found), content_type=f"{rule_format.media_type}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{rule_format.file}"'
        return response


def _row(each: BrokenRow) -> dict[str, object]:
    return {
        "path": each.page.path,
        "requests": each.page.hits,
        "visitors": each.page.visitors,
        "first_at": each.page.first_at.astimezone(each.last_at.tzinfo).isoformat(),
        "last_at": each.last_at.isoformat(),
        "fixed_at": each.fixed_at.isoformat() if each.fixed_at else None,
        "similar": {"path": each.similar.path, "score": each.similar.score} if each.similar else None,
    }
