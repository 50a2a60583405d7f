"""Files that a page offers, and the way back to it from one that cannot be made."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

import structlog
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from analytics_pulse.problems import Problem
from projects.views.signed_in import SignedInRequest
from tracking.storage.base import InvalidPattern, QueryTooLarge, StoreUnavailable

View = Callable[..., HttpResponse]

log = structlog.get_logger(__name__)


def file_of(page: str) -> Callable[[View], View]:
    """Of the page at `reports:<page>`, with the same ids in its address: it says so when the file cannot be made,
    since the question is not possible or takes too long."""

    def or_back(view: View) -> View:
        @wraps(view)
        def made(request: SignedInRequest, project_id: UUID, **ids: Any) -> HttpResponse:
            try:
                return view(request, project_id, **ids)
            except (Problem, InvalidPattern, QueryTooLarge, StoreUnavailable) as error:
                messages.error(request, _("The file could not be made. Try a shorter period or fewer filters."))
                log.info("file_failed", page=page, project_id=str(project_id), error=type(error).__name__)
                return redirect(f"reports:{page}", project_id, *ids.values())

        return made

    return or_back
