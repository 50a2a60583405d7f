"""Annotations in use: who sees which, how they are made, changed and deleted, and where they stand on a chart."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import ngettext

from analytics_pulse.problems import Invalid
from projects.access import projects_of
from projects.models import Project, Role, User
from reports import periods
from reports.models import Annotation
from reports.viewing import Viewing
from tracking.storage.spec import Period

# Of a project: a chart is for looking at.
MAX_OF_PROJECT = 10_000
MAX_ON_CHART = 500
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class When:
    """A moment, or with `day` all of that day of the project's zone."""

    at: datetime
    day: date | None = None

    @classmethod
    def of_day(cls, day: date, project: Project) -> "When":
        return cls(periods.midnight(day, project.zone).astimezone(UTC), day)


def seen_through(viewing: Viewing) -> QuerySet[Annotation]:
    """All of them for members; with a shared link those that are meant for everybody."""
    every = Annotation.objects.filter(project=viewing.project)
    return every if viewing.is_member else every.filter(is_public=True)


def may_write(viewing: Viewing) -> bool:
    """Whether whoever looks may add, change and delete them. One query for a member."""
    who, project = viewing.who, viewing.project
    return who is not None and projects_of(who, Role.EDITOR).filter(pk=project.pk).exists()


def save_annotation(*, project: Project, by: User | None, when: When, **fields: Any) -> tuple[Annotation, bool]:
    """A new annotation, and True; or the one with the same external_id, changed, and False.

    Raises Invalid, and IntegrityError when `fields` have the id of one that there is.
    """
    with transaction.atomic():
        # Whoever sends the same one at the same moment waits here.
        Project.objects.select_for_update(no_key=True).get(pk=project.pk)
        found = None
        if external_id := fields.get("external_id"):
            found = Annotation.objects.filter(project=project, external_id=external_id).first()
        if found is not None:
            return change_annotation(annotation=found, when=when, **fields), False
        if Annotation.objects.filter(project=project).count() >= MAX_OF_PROJECT:
            detail = f"at most {MAX_OF_PROJECT:,} annotations a project: delete some first"
            raise Invalid(errors=[{"pointer": "", "code": "too_many", "detail": detail}])
        made = Annotation(project=project, created_by=by, occurred_at=when.at, occurred_on=when.day, **fields)
        made.save(force_insert=True)
    return made, True


def change_annotation(*, annotation: Annotation, when: When | None = None, **fields: Any) -> Annotation:
    """The annotation with what is given. Raises Invalid when another one has this external_id."""
    if when is not None:
        annotation.occurred_at, annotation.occurred_on = when.at, when.day
    for name, value in fields.items():
        setattr(annotation, name, value)
    external_id = annotation.external_id
    others = Annotation.objects.filter(project=annotation.project_id, external_id=external_id).exclude(pk=annotation.pk)
    if external_id and others.exists():
        detail = "another annotation has this external_id"
        raise Invalid(errors=[{"pointer": "/external_id", "code": "taken", "detail": detail}])
    annotation.save()
    return annotation


def day_of(annotation: Annotation, project: Project) -> date:
    """The day of the project's zone that it is of."""
    return annotation.occurred_on or annotation.occurred_at.astimezone(project.zone).date()


def on_chart(viewing: Viewing, starts: Sequence[datetime], period: Period, address: str) -> list[dict[str, Any]]:
    """One marker for each bucket of the chart with annotations: its index, how many, their titles, the kind of the
    first, and the URL of the section that tells them: `address` with the annotations' ids. One query."""
    found = seen_through(viewing).filter(occurred_at__gte=period.start - _DAY, occurred_at__lt=period.end + _DAY)
    moments = [start.astimezone(UTC) for start in starts]
    by_bucket: dict[int, list[Annotation]] = defaultdict(list)
    for each in found.order_by("occurred_at", "created_at")[:MAX_ON_CHART]:
        # The day as the zone has it now: it may have had another one when this was noted.
        at = periods.midnight(each.occurred_on, period.zone) if each.occurred_on else each.occurred_at
        if period.start <= at < period.end:
            by_bucket[max(0, bisect_right(moments, at.astimezone(UTC)) - 1)].append(each)
    return [_marker(index, each, address) for index, each in sorted(by_bucket.items())]


def _marker(index: int, annotations: Sequence[Annotation], address: str) -> dict[str, Any]:
    ids = ",".join(str(each.pk) for each in annotations)
    count = len(annotations)
    return {
        "index": index,
        "count": count,
        "kind": annotations[0].kind,
        "titles": [each.title for each in annotations],
        "label": ngettext("%(count)d annotation", "%(count)d annotations", count) % {"count": count},
        "url": f"{address}&ids={ids}",
    }
