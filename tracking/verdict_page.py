"""The page "Why wasn't I counted?": for every member of the project, about their own request."""

from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics_pulse import clock
from projects.access import get_project_for
from projects.models import Project
from projects.views.signed_in import SignedInRequest
from tracking import verdict

_TEXT = {"autocapitalize": "none", "spellcheck": "false", "inputmode": "url"}


class VisitForm(forms.Form):
    """A visit to explain. Whether the texts are any good, the rules themselves say."""

    url = forms.CharField(label=_("Page"), max_length=3000, widget=forms.TextInput(_TEXT))
    referrer = forms.CharField(label=_("Referrer"), max_length=3000, required=False, widget=forms.TextInput(_TEXT))
    timezone = forms.CharField(max_length=100, required=False, widget=forms.HiddenInput({"data-timezone": ""}))

    @classmethod
    def of(cls, request: SignedInRequest, project: Project) -> "VisitForm":
        """By default a visit to the site's front page."""
        return cls(request.GET if "url" in request.GET else {"url": f"https://{project.domain}/"})


@login_required
@never_cache
@require_safe
def why(request: SignedInRequest, project_id: UUID) -> HttpResponse:
    project = get_project_for(request.user, project_id)
    form = VisitForm.of(request, project)
    judged = verdict.judge(request, project, now=clock.now(), **form.cleaned_data) if form.is_valid() else None
    context = {"project": project, "form": form, "verdict": judged}
    return render(request, "tracking/verdict.html", context)
