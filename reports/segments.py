"""Segments in use: who sees which, what one stands for in a question, and how they are made, changed and deleted."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet, RestrictedError
from rest_framework.exceptions import PermissionDenied

from analytics_pulse.problems import Invalid, Problem
from projects.access import InsufficientScope, Principal, has_scope, projects_of
from projects.models import ApiKey, PersonalAccessToken, Project, Role, User
from reports import conditions
from reports.faults import Faults
from reports.goal_names import GoalNames
from reports.models import Kind, Segment
from tracking.storage.conditions import Condition

# A menu is for choosing from, and no row of ours is free.
MAX_OF_ONE_SCOPE = 200
MAX_FILTERS_CHARS = 50_000


class StaleSegment(Problem):
    code = "stale_segment"
    title = "This segment cannot be applied any more"


class InUse(Problem):
    """Without it the link would show everything."""

    status_code = 409
    code = "segment_in_use"
    title = "A shared link shows no more than this segment: limit it to another one first, or withdraw it"


@dataclass(frozen=True, slots=True)
class AppliedSegment:
    """A segment in a question: every condition must hold. Without the row behind it, so that it can be cached."""

    id: UUID
    name: str
    conditions: tuple[Condition, ...]


def visible(project: Project, who: Principal) -> QuerySet[Segment]:
    """The team's segments of the project, and those of the person who asks."""
    return Segment.objects.filter(project=project).seen_by(person_of(who))


def applied(project: Project, who: Principal, segment_id: UUID | str) -> AppliedSegment | None:
    """The segment with this id, None when there is none that `who` may see. One query.

    Raises StaleSegment when its filters are not possible any more.
    """
    try:
        found = visible(project, who).filter(pk=UUID(str(segment_id))).first()
    except ValueError:
        return None
    if found is None:
        return None
    return AppliedSegment(found.pk, found.name, conditions_in(found))


def conditions_in(segment: Segment) -> tuple[Condition, ...]:
    """Raises StaleSegment when its filters are not possible any more."""
    faults = Faults()
    parsed = conditions.parse(segment.filters, "/filters", faults)
    if faults:
        raise StaleSegment(f"The filters of the segment “{segment.name}” are not possible any more: save them anew.")
    return parsed


def conditions_of(project: Project, who: Principal, segment_id: UUID | str) -> tuple[Condition, ...] | None:
    """What a segment stands for; None when there is none that `who` may see. One query. Raises StaleSegment."""
    segment = applied(project, who, segment_id)
    return segment.conditions if segment else None


def create_segment(*, project: Project, name: str, filters: object, kind: str, by: Principal) -> Segment:
    """A new segment of filters as JSON, which are kept as they were understood.

    Raises Invalid (filters not possible, name taken, too many, or nobody whose own it would be), InsufficientScope and
    PermissionDenied.
    """
    require_writing(project, by, kind)
    segment = Segment(project=project, name=name, filters=understood(filters, project), created_by=person_of(by))
    _give_to(segment, kind, by)
    if Segment.objects.filter(project=project, owner=segment.owner).count() >= MAX_OF_ONE_SCOPE:
        raise _invalid("/name", "too_many", f"at most {MAX_OF_ONE_SCOPE} segments: delete one first")
    return _saved(segment)


def change_segment(
    *, segment: Segment, by: Principal, name: str = "", filters: object = None, kind: str = ""
) -> Segment:
    """The segment with what is given. Raises as create_segment does, and InUse."""
    require_writing(segment.project, by, segment.kind)
    if kind and kind != segment.kind:
        require_writing(segment.project, by, Kind.PROJECT)  # giving to the team, and taking from it
        if kind == Kind.PERSONAL and segment.shared_links.exists():
            raise InUse
        _give_to(segment, kind, by)
    segment.name = name or segment.name
    segment.filters = segment.filters if filters is None else understood(filters, segment.project)
    return _saved(segment)


def delete_segment(*, segment: Segment, by: Principal) -> None:
    """Links that name it say from then on that it is gone. Raises as create_segment does, and InUse."""
    require_writing(segment.project, by, segment.kind)
    try:
        segment.delete()
    except RestrictedError:
        raise InUse from None


def understood(filters: object, project: Project) -> list[list[Any]]:
    """Filters as a segment keeps them: names and values in their regular form, goals by their ids. Raises Invalid, with
    pointers."""
    faults = Faults()
    parsed = conditions.parse(filters, "/filters", faults, goals=GoalNames(project.pk))
    if not faults and not parsed:
        faults.add("/filters", "empty", "at least one filter")
    found = conditions.as_json(parsed)
    if not faults and len(json.dumps(found)) > MAX_FILTERS_CHARS:
        faults.add("/filters", "too_long", f"at most {MAX_FILTERS_CHARS:,} characters as JSON")
    if faults:
        raise Invalid(errors=faults.found)
    return found


def may_change_the_teams(project: Project, who: Principal) -> bool:
    """Whether `who` may make and change segments of the whole team."""
    return projects_of(who, Role.EDITOR).filter(pk=project.pk).exists()


def being_changed(project: Project, who: Principal | None, segment_id: str) -> Segment | None:
    """The segment with this id, when this member may change it. No query without an id."""
    if not segment_id or not isinstance(who, User):
        return None
    try:
        found = visible(project, who).select_related("project").filter(pk=UUID(segment_id)).first()
    except ValueError:
        return None
    return found if found and may_change(found, who) else None


def may_change(segment: Segment, user: User) -> bool:
    """Whether this member may change it: somebody's own one is their own."""
    return segment.owner_id is not None or may_change_the_teams(segment.project, user)


def require_writing(project: Project, who: Principal, kind: str) -> None:
    """Raises InsufficientScope or PermissionDenied. That `who` may see the project is known by now."""
    if isinstance(who, ApiKey | PersonalAccessToken) and not has_scope(who, Role.EDITOR):
        raise InsufficientScope("This needs the scope “manage”.")
    if kind == Kind.PROJECT and not may_change_the_teams(project, who):
        raise PermissionDenied("Segments of the whole team are for editors and above.")


def person_of(who: Principal) -> User | None:
    """The user behind a session or token; nobody behind a project's key."""
    if isinstance(who, PersonalAccessToken):
        return who.user
    return who if isinstance(who, User) else None


def _give_to(segment: Segment, kind: str, who: Principal) -> None:
    segment.owner = person_of(who) if kind == Kind.PERSONAL else None
    if kind == Kind.PERSONAL and segment.owner is None:
        raise _invalid("/kind", "no_person", "a key is no person, and makes segments of the kind “project” alone")


def _saved(segment: Segment) -> Segment:
    try:
        with transaction.atomic():
            segment.save()
    except IntegrityError as error:
        raise _invalid("/name", "taken", "there is a segment of this name already") from error
    return segment


def _invalid(pointer: str, code: str, detail: str) -> Invalid:
    return Invalid(errors=[{"pointer": pointer, "code": code, "detail": detail}])
