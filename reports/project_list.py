"""The numbers in the list of projects: a part of that page, for all the projects on it at once."""

from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics_pulse import clock
from projects.access import projects_of
from projects.listing import PAGE_SIZE
from projects.models import Project
from projects.views.signed_in import SignedInRequest
from reports import figures
from reports.arrival import has_events
from reports.headlines import tone
from reports.page_parts import login_from_a_part
from reports.project_numbers import numbers_of
from reports.sparkline import Sparkline, sparkline
from tracking.rate_limit import was_throttled
from tracking.realtime.days import Day


@dataclass(frozen=True, slots=True)
class Shown:
    """What a project's place in the list shows. day: None when it cannot be said now, or has never had an event."""

    project: Project
    is_waiting: bool
    throttled: int
    day: Day | None = None

    @property
    def visitors(self) -> str:
        return figures.count(self.day.visitors) if self.day else ""

    @property
    def visitors_in_words(self) -> str:
        """What stands beside the number."""
        return ngettext("visitor in 24 hours", "visitors in 24 hours", self.day.visitors if self.day else 0)

    @property
    def chart(self) -> Sparkline | None:
        return sparkline(self.day.by_hour) if self.day else None

    @property
    def chart_in_words(self) -> str:
        if self.day is None:
            return ""
        least, most = min(self.day.by_hour), max(self.day.by_hour)
        return _("Visitors by the hour: between %(least)s and %(most)s") % {
            "least": figures.count(least),
            "most": figures.count(most),
        }

    @property
    def change(self) -> int | None:
        """In percent; None when there is nothing to compare with."""
        if self.day is None or not self.day.day_before:
            return None
        return round((self.day.whole_hours - self.day.day_before) / self.day.day_before * 100)

    @property
    def change_text(self) -> str:
        return "" if self.change is None else figures.signed_percent(self.change)

    @property
    def change_tone(self) -> str:
        return tone(self.change)

    @property
    def change_in_words(self) -> str:
        return _("compared with the same hours of the day before")

    @property
    def active_in_words(self) -> str:
        active = self.day.active if self.day else 0
        return ngettext("%(count)s current visitor", "%(count)s current visitors", active) % {
            "count": figures.count(active)
        }


@login_from_a_part
@never_cache
@require_safe
def numbers(request: SignedInRequest) -> HttpResponse:
    """?project=…&project=…: of those that the user may not see, and of more than a page has, nothing is said."""
    asked = [project_id for text in request.GET.getlist("project")[:PAGE_SIZE] if (project_id := _uuid(text))]
    projects = list(projects_of(request.user).filter(pk__in=asked))
    return render(request, "reports/_project_numbers.html", {"all_shown": list(_shown(projects))})


def _shown(projects: list[Project]) -> Iterator[Shown]:
    started = {project.pk for project in projects if has_events(project)}
    days = numbers_of([project.pk for project in projects if project.pk in started], clock.now())
    for project in projects:
        yield Shown(project, project.pk not in started, was_throttled(project.pk), days.get(project.pk))


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
