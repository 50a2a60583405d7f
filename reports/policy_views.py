"""The pages that say what is kept of whom: for everybody, and as a text for the privacy policy of a project's site."""

from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from projects.access import get_project_for
from projects.models import Role
from projects.views.settings_page import settings_page
from projects.views.signed_in import SignedInRequest
from reports import data_policy, policy_text


@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    context = {"facts": data_policy.facts(), "data_policy_url": reverse("reports:data-policy")}
    return render(request, "policies/privacy.html", context)


@require_safe
def policy(request: HttpRequest) -> HttpResponse:
    facts = data_policy.facts()
    months = facts.retention_months
    return render(request, "policies/data_policy.html", {
        "facts": facts,
        "stored": data_policy.STORED,
        "retention": ngettext("%(months)d month", "%(months)d months", months) % {"months": months},
        "privacy_url": reverse("reports:privacy"),
    })  # fmt: skip


@login_required
@require_safe
def of_project(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    """?language= is that of the text, since a site may be in another one than its owner's."""
    project = get_project_for(request.user, project_id, Role.ADMIN)
    languages = dict(settings.LANGUAGES)
    asked = str(request.GET.get("language", ""))
    language = asked if asked in languages else translation.get_language()
    with translation.override(language):
        paragraphs = policy_text.paragraphs(project, data_policy.facts())
    items = [(name, f"?language={code}", code == language) for code, name in languages.items()]
    return settings_page(
        request, "policies/project_policy.html", project, paragraphs=paragraphs, language=language, languages=items
    )
