"""The demo's goals and funnels. They are there before its first event, so that all of it counts as it comes in."""

from typing import Any

from goals.actions import create_goal
from projects.models import Project, User
from reports.funnels.actions import create_funnel

_GOALS: tuple[dict[str, Any], ...] = (
    {"name": "Pricing visited", "goal_type": "pageview", "target_url_pattern": "/pricing", "url_match": "exact"},
    {"name": "Signup", "goal_type": "event", "target_event_type": "custom", "target_event_name": "signup"},
    {"name": "Purchase", "goal_type": "event", "target_event_type": "custom", "target_event_name": "purchase"},
    {
        "name": "Yearly plan",
        "goal_type": "value",
        "target_event_type": "custom",
        "target_event_name": "purchase",
        "target_value": 90,
    },
    {"name": "Download", "goal_type": "event", "target_event_type": "download"},
    {
        "name": "Post read to three quarters",
        "goal_type": "scroll",
        "target_url_pattern": "/blog/*",
        "url_match": "wildcard",
        "target_value": 75,
    },
    {
        "name": "Two minutes with the docs",
        "goal_type": "engagement",
        "target_url_pattern": "/docs/*",
        "url_match": "wildcard",
        "target_value": 120,
    },
)


def make_goals_and_funnels(project: Project, owner: User) -> None:
    made = {fields["name"]: create_goal(project=project, by=owner, **fields) for fields in _GOALS}

    def reached(name: str) -> dict[str, str]:
        return {"goal": str(made[name].pk)}

    def seen(page: str, name: str, operator: str = "is") -> dict[str, Any]:
        return {"name": name, "filters": [["is", "event_type", ["pageview"]], [operator, "page", [page]]]}

    funnels = {
        "From pricing to purchase": [
            reached("Pricing visited"),
            seen("/signup", "/signup"),
            reached("Signup"),
            seen("/checkout", "/checkout"),
            reached("Purchase"),
        ],
        "From a post to a signup": [
            seen("/blog/", "/blog/*", "contains"),
            seen("/signup", "/signup"),
            reached("Signup"),
        ],
    }
    for name, steps in funnels.items():
        create_funnel(project=project, by=owner, fields={"name": name, "steps": steps})
