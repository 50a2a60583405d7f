"""What the page of retention offers to choose: the unit, who is known again, and what counts as being back."""

from dataclasses import dataclass, replace

from django.utils.translation import gettext_lazy as _

from goals.models import Goal
from reports.links import DashboardLinks
from reports.retention.asked import UNITS, AskedRetention, units_of
from tracking.storage.people import People

UNIT_NAMES = {"day": _("Days"), "week": _("Weeks"), "month": _("Months")}
PEOPLE_NAMES = {People.VISITORS: _("Visitors"), People.USERS: _("Users")}


@dataclass(frozen=True, slots=True)
class Choices:
    """units, people: (text, address, whether it is chosen). again: the same of goals, whatever they do first."""

    units: list[tuple[object, str, bool]]
    people: list[tuple[object, str, bool]]
    again: list[tuple[object, str, bool]]


def choices(links: DashboardLinks, asked: AskedRetention, possible: tuple[People, ...]) -> Choices:
    """One query for the goals. A choice without an alternative is none."""
    shown = {"unit": asked.unit, "by": str(asked.people), "again": asked.again}

    def address(**changed: str) -> str:
        kept = {name: value for name, value in (shown | changed).items() if value}
        return replace(links, choices=tuple(kept.items())).page_url()

    offered = units_of(links.question.period)
    goals = Goal.objects.filter(project_id=links.question.project.id, deleted_at=None).values_list("pk", "name")
    again = [(_("came back"), "")] + [(name, str(pk)) for pk, name in goals]
    return Choices(
        units=[(UNIT_NAMES[unit], address(unit=unit), unit == asked.unit) for unit in UNITS if unit in offered],
        people=[(PEOPLE_NAMES[each], address(by=str(each)), each is asked.people) for each in possible]
        if len(possible) > 1
        else [],
        again=[(name, address(again=goal), goal == asked.again) for name, goal in again] if len(again) > 1 else [],
    )
