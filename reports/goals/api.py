"""/api/v1/projects/{id}/goals: what visitors are to do, and how often they did."""

from dataclasses import asdict
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from analytics_pulse import clock
from analytics_pulse.problems import Invalid
from goals import actions
from goals.models import Goal
from goals.preview import preview
from goals.suggestions import suggestions
from goals.validation import FIELDS, validated
from projects.access import get_project_for
from projects.api.pagination import Pages
from projects.authentication import who
from projects.models import Project, Role
from reports import params
from reports.api import answers
from reports.api.base import StatsView
from reports.faults import Faults, one_of, step
from reports.goals import documentation, numbers
from reports.goals.editing import PREVIEW_DAYS
from reports.goals.serializers import GoalSerializer
from reports.params import InvalidParams, Question, fault
from reports.segments import person_of
from tracking.storage.spec import Period

_SENT = (*FIELDS, "is_active")
_BOOLEANS = {"": False, "false": False, "0": False, "true": True, "1": True}


@extend_schema(tags=["Goals"])
class GoalsView(StatsView, GenericViewSet[Goal]):
    """Members read, editors and above write. A key or token takes `read`, to write `manage`."""

    serializer_class = GoalSerializer
    pagination_class = Pages
    queryset = Goal.objects.none()

    @extend_schema(**documentation.LIST)
    def list(self, request: Request, project_id: UUID) -> Response:
        asked = self._asked(request, project_id)
        page = self.paginate_queryset(self._goals(self.asked_of)) or []
        answer = self.get_paginated_response(GoalSerializer(page, many=True, context=_context(asked)).data)
        if asked:
            answer.data = {**(answer.data or {}), "period": answers.period(asked.period)}
        return answer

    @extend_schema(**documentation.READ)
    def retrieve(self, request: Request, project_id: UUID, goal_id: UUID) -> Response:
        asked = self._asked(request, project_id)
        goal = get_object_or_404(self._goals(self.asked_of), pk=goal_id)
        return Response(GoalSerializer(goal, context=_context(asked)).data)

    @extend_schema(**documentation.CREATE)
    def create(self, request: Request, project_id: UUID) -> Response:
        project = get_project_for(who(request), project_id, Role.EDITOR)
        fields = _sent(request)
        is_active = _is_active(fields)
        goal = actions.create_goal(project=project, by=person_of(who(request)), **fields)
        if is_active is False:
            goal = actions.pause_goal(goal=goal, by=person_of(who(request)))
        return Response(_shown(goal), status.HTTP_201_CREATED)

    @extend_schema(**documentation.CHANGE)
    def partial_update(self, request: Request, project_id: UUID, goal_id: UUID) -> Response:
        goal, by = self._own(request, project_id, goal_id), person_of(who(request))
        fields = _sent(request)
        is_active = _is_active(fields)
        if fields:
            goal = actions.change_goal(goal=goal, by=by, **fields)
        if is_active is not None and is_active != goal.is_active:
            goal = (actions.resume_goal if is_active else actions.pause_goal)(goal=goal, by=by)
        return Response(_shown(goal))

    @extend_schema(**documentation.DELETE)
    def destroy(self, request: Request, project_id: UUID, goal_id: UUID) -> Response:
        actions.delete_goal(goal=self._own(request, project_id, goal_id), by=person_of(who(request)))
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(**documentation.PREVIEW)
    def preview(self, request: Request, project_id: UUID) -> Response:
        project = self.project(request, project_id)
        fields = _sent(request)
        _is_active(fields)
        goal = Goal(project=project, **validated(fields | {"name": uuid4().hex}, project=project))
        now = clock.now()
        found = preview(params.ref(project), goal, Period(now - timedelta(days=PREVIEW_DAYS), now, project.zone))
        return Response({"days": PREVIEW_DAYS, **asdict(found)})

    @extend_schema(**documentation.SUGGESTIONS)
    def suggestions(self, request: Request, project_id: UUID) -> Response:
        found = suggestions(self.project(request, project_id), clock.now())
        return Response({"results": [{"goal": each.fields, "events": each.events} for each in found]})

    def _goals(self, project: Project) -> QuerySet[Goal]:
        return Goal.objects.of(project).select_related("fill")

    def _own(self, request: Request, project_id: UUID, goal_id: UUID) -> Goal:
        project = get_project_for(who(request), project_id, Role.EDITOR)
        return get_object_or_404(Goal.objects.of(project), pk=goal_id)

    def _asked(self, request: Request, project_id: UUID) -> Question | None:
        """What the numbers are to be of; None: none are asked for. Raises as question() does."""
        question = self.question(request, project_id)
        wanted = _BOOLEANS.get(self.params.get("include_stats", "").lower())
        if wanted is None:
            raise InvalidParams(errors=[fault("include_stats", "not_a_boolean", "true or false")])
        return question if wanted else None


def _context(asked: Question | None) -> dict[str, Any]:
    if asked is None:
        return {}
    found = numbers.numbers(asked)
    return {"numbers": found, "nobody": numbers.nobody(asked, found)}


def _shown(goal: Goal) -> Any:
    return GoalSerializer(goal).data


def _sent(request: Request) -> dict[str, Any]:
    """The body, which goals.validation looks through. Raises Invalid."""
    if not isinstance(request.data, dict):
        raise Invalid(errors=[{"pointer": "", "code": "not_an_object", "detail": "an object with the goal’s fields"}])
    faults = Faults()
    for each in request.data:
        if each not in _SENT:
            faults.add(step(each), "unknown_field", one_of(_SENT))
    if faults:
        raise Invalid(errors=faults.found)
    return dict(request.data)


def _is_active(fields: dict[str, Any]) -> bool | None:
    """Taken out of the fields; None where it is not said. Raises Invalid."""
    value = fields.pop("is_active", None)
    if value is not None and not isinstance(value, bool):
        raise Invalid(errors=[{"pointer": "/is_active", "code": "not_a_boolean", "detail": "true or false"}])
    return value
