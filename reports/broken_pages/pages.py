"""The page of broken pages, and the redirects that are made on it."""

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST, require_safe

from projects.access import get_project_for
from projects.views.signed_in import SignedInRequest
from reports.broken_pages.answers import FIXED, OPEN
from reports.broken_pages.redirects import FORMATS, Redirect, is_target, rules
from reports.member_page import member_page
from reports.page_parts import login_from_a_part


@require_safe
@login_required
def broken_pages(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    return member_page(
        request,
        project_id,
        "broken-pages",
        sections=("broken-page-rows",),
        asked={name: request.GET.get(name, "") for name in ("search", "state")},
        states=[(OPEN, _("Still missing")), (FIXED, _("Fixed"))],
    )


@require_POST
@login_from_a_part
def redirects(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """The rules for what was chosen (`from` and `to`, in pairs) to look at; with `download` as a file.

    A pair without a target is no redirect. What is no target is named, and 400 instead of a file.
    """
    get_project_for(request.user, project_id)
    asked, name = request.POST, request.POST.get("format", "")
    rule_format = FORMATS.get(name) or FORMATS["nginx"]
    pairs = [
        Redirect(source, target.strip())
        for source, target in zip(asked.getlist("from"), asked.getlist("to"), strict=False)
        if target.strip()
    ]
    wrong = [each for each in pairs if not is_target(each.target)]
    found = [] if wrong else rules(pairs)
    if "download" in asked and not wrong:
        response = HttpResponse(rule_format.write(found), content_type=f"{rule_format.media_type}; charset=utf-8")
        response["Content-Disposition"] = f'attachment; filename="{rule_format.file}"'
        return response
    return render(
        request,
        "reports/broken_pages/_rules.html",
        {
            "format": rule_format,
            "format_name": name if name in FORMATS else "nginx",
            "pairs": pairs,
            "wrong": wrong,
            "rules": rule_format.write(found) if found else "",
            "number": len(found),
            "left_out": len(pairs) - len(found),
            "own_url": request.path,
        },
        status=400 if wrong and "download" in asked else 200,
    )
