"""Who looks at a project's pages, and how far: a member of its organization, or whoever holds a shared link."""

from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlencode
from uuid import UUID

from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from projects.access import Principal, get_project_for
from projects.models import Project
from reports import conditions, params, segments
from reports.embedding import Embedding
from reports.goal_names import GOAL
from reports.models import SharedLink
from reports.params import InvalidParams, Question, fault
from reports.segments import StaleSegment
from tracking.storage.conditions import Condition, filters_in


@dataclass(frozen=True, slots=True)
class Viewing:
    """`who`: nobody who has a name, with a shared link. embedding: of a link whose page stands in a frame."""

    project: Project
    who: Principal | None
    link: SharedLink | None = None
    embedding: Embedding | None = None

    @classmethod
    def of_member(cls, who: Principal, project_id: UUID) -> "Viewing":
        """Raises Http404."""
        return cls(get_project_for(who, project_id), who)

    @classmethod
    def of_link(cls, link: SharedLink, query: QueryDict) -> "Viewing":
        """Of a link that is open, and whose password was given if it has one."""
        return cls(link.project, None, link, Embedding.asked(query) if link.may_embed else None)

    @property
    def is_member(self) -> bool:
        return self.link is None

    def shows(self, page: str) -> bool:
        """Whether this one of reports.links.PAGES is there for whoever looks."""
        return self.link is None or page == "dashboard" or page in self.link.pages

    def shows_values_of(self, dimension: str) -> bool:
        return dimension != GOAL or self.shows("goals")

    @property
    def kept(self) -> list[tuple[str, str]]:
        """What every address that leads on says of how the page looks."""
        return self.embedding.parameters if self.embedding else []

    @property
    def home(self) -> str:
        """The dashboard as it is without being asked for anything."""
        return f"{self.address('dashboard')}?{urlencode(self.kept)}".rstrip("?")

    def address(self, page: str, *args: object) -> str:
        """Of one of the pages that both have: `dashboard`, `section` with its name, and those that a link shows."""
        if self.link is not None:
            return reverse(f"reports:shared-{page}", args=(self.link.slug, *args))
        return reverse(f"reports:{page}", args=(self.project.pk, *args))

    def question(self, query: QueryDict, now: datetime) -> Question:
        """What is asked, within what may be seen. Raises InvalidParams and StaleSegment."""
        asked = params.question(query, self.project, now, who=self.who, knows_goals=self.shows("goals"))
        if self.link is None:
            return asked
        if not self.shows("goals") and any(each.dimension == GOAL for each in filters_in(asked.filters)):
            raise InvalidParams(errors=[fault("filters", "not_shared", "goals are not shown by this link")])
        return replace(asked, fixed=self._fixed(asked), least_visitors=self.link.least_visitors)

    def _fixed(self, asked: Question) -> tuple[Condition, ...]:
        """What the link's segment demands. Raises StaleSegment: rather nothing is shown than more than was meant."""
        assert self.link is not None
        if self.link.segment is None:
            return ()
        try:
            if self.link.segment.owner_id:  # it became somebody's own while the link was being made
                raise StaleSegment
            fixed = segments.conditions_in(self.link.segment)
        except StaleSegment:  # it may name the segment
            raise StaleSegment(gettext("This link cannot be shown any more.")) from None
        if conditions.contains_has_done(asked.filters):
            # It asks for what visitors did at any time, which may be outside of the segment.
            raise InvalidParams(errors=[fault("filters", "not_shared", "has_done is not possible with this link")])
        if conditions.is_too_much((*fixed, *asked.filters)):
            raise InvalidParams(errors=[fault("filters", "too_many", conditions.LIMITS)])
        return fixed
