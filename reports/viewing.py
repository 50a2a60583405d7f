"""Who looks at a project's pages, and how far: a member of its organization, or whoever holds a shared link."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse

from projects.access import Principal, get_project_for
from projects.models import Project
from reports import params
from reports.models import SharedLink
from reports.params import Question


@dataclass(frozen=True, slots=True)
class Viewing:
    """`who`: nobody who has a name, with a shared link."""

    project: Project
    who: Principal | None
    link: SharedLink | None = None

    @classmethod
    def of_member(cls, who: Principal, project_id: UUID) -> "Viewing":
        """Raises Http404."""
        return cls(get_project_for(who, project_id), who)

    @property
    def is_member(self) -> bool:
        return self.link is None

    def address(self, page: str, *args: object) -> str:
        """Of one of the pages that both have: `dashboard`, and `section` with its name."""
        if self.link is not None:
            return reverse(f"reports:shared-{page}", args=(self.link.slug, *args))
        return reverse(f"reports:{page}", args=(self.project.pk, *args))

    def question(self, query: QueryDict, now: datetime) -> Question:
        """What is asked, within what may be seen. Raises InvalidParams and StaleSegment."""
        return params.question(query, self.project, now, who=self.who)
