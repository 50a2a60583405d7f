"""Who a person is, for questions about coming back: a visitor by the tracker's random id, or a user by the site's own
pseudonym."""

from enum import StrEnum

from tracking.storage.reading import fetch
from tracking.storage.spec import Period, ProjectRef

_ANY_USER = """
SELECT EXISTS (
    SELECT FROM visits WHERE project_id = %(project_id)s AND started_at >= %(start)s AND started_at < %(end)s
      AND user_id <> ''
)
"""


class People(StrEnum):
    VISITORS = "visitor"
    USERS = "user_id"

    @property
    def column(self) -> str:
        """Of an event `e`: who did it."""
        return "e.visitor_id" if self is People.VISITORS else "e.user_id"

    @property
    def is_known(self) -> list[str]:
        """Conditions in SQL on an event `e`: it says who did it."""
        return [] if self is People.VISITORS else ["e.user_id <> ''"]


def has_users(project: ProjectRef, period: Period) -> bool:
    """Whether a visit of the period has a user id. Raises QueryTooLarge or StoreUnavailable."""
    asked = {"project_id": project.id, "start": period.start, "end": period.end}
    return fetch(_ANY_USER, asked)[0][0]
