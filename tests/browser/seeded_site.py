"""A small company for tests that look at every page: 60 days of the demo site's traffic, keys, people, a quarantine."""

from dataclasses import dataclass
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

from analytics_pulse import clock

if TYPE_CHECKING:
    from goals.models import Funnel, Goal
    from projects.models import Project, User

DAYS = 60  # the last 30, and those that they are compared with
# Of the demo's visitors, one in so many: enough for charts that look real, and quick to store.
ONE_VISITOR_IN = 8


@dataclass(frozen=True)
class SeededSite:
    """What the paths of tests/browser/pages.py are filled in with."""

    url: str
    session: str  # alice's
    ids: dict[str, Any]

    def address(self, path: str) -> str:
        return self.url + path.format(**self.ids)


def seed() -> "tuple[User, dict[str, Any]]":
    """Alice, who owns it all, and the ids that are part of addresses. Takes the database as it is: empty."""
    from projects.actions.accounts import create_account
    from projects.actions.keys import create_access_token, create_api_key
    from projects.actions.members import add_member
    from projects.actions.projects import create_project
    from projects.models import Role
    from reports.models.shared_links import SHAREABLE_PAGES
    from reports.shared_links import create_link
    from tracking.demo.site import DOMAIN
    from tracking.models import QuarantinedEvent

    alice = create_account(email="alice@example.com", name="Alice Winter", is_verified=True)
    bob = create_account(email="bob@example.com", name="Bob", is_verified=True)
    organization = alice.organizations.get()
    add_member(organization=organization, user=bob, role=Role.VIEWER)
    project = create_project(organization=organization, name="Margin", domain=DOMAIN, timezone="Europe/Berlin")
    waiting = create_project(organization=organization, name="Workshop", domain="workshop.example", timezone="UTC")
    create_api_key(project=project, name="Backend", scopes=["ingest", "read"], by=alice)
    links = {
        "link": create_link(project=project, by=alice, name="Public", may_embed=True, pages=list(SHAREABLE_PAGES)).slug,
        "locked_link": create_link(project=project, by=alice, name="For the board", password="correct horse").slug,
    }
    create_access_token(user=alice, name="Terraform", scopes=["manage"])
    goal = _goal(project)
    funnel = _funnel(project, alice)
    _store_traffic(project)
    ids = links | {"project": project.pk, "waiting": waiting.pk, "organization": organization.pk, "goal": goal.pk}
    ids |= {"funnel": funnel.pk}
    event = QuarantinedEvent.objects.filter(project_id=project.pk).first()
    visitor, visit = _visitor_and_visit(project)
    return alice, ids | {"event": event.event_id if event else "", "visitor": visitor, "visit": visit}


def _goal(project: "Project") -> "Goal":
    """Of who signs up, complete before the first event comes in."""
    from goals.actions import create_goal
    from goals.models import Fill, State

    goal = create_goal(project=project, by=None, name="Signup", goal_type="event", target_event_name="signup")
    Fill.objects.filter(goal=goal).update(state=State.DONE)
    return goal


def _funnel(project: "Project", by: "User") -> "Funnel":
    """From the start page to a signup."""
    from reports.funnels.actions import create_funnel

    pages = [{"filters": [["is", "event_type", ["pageview"]], ["is", "page", [page]]]} for page in ("/", "/pricing")]
    steps = [*pages, {"name": "Signed up", "filters": [["is", "event_name", ["signup"]]]}]
    return create_funnel(project=project, by=by, fields={"name": "Start page to signup", "steps": steps})


def _visitor_and_visit(project: "Project") -> tuple[str, str]:
    """The last one who sent a custom event, and the visit in which it was."""
    from reports.params import ref
    from tracking import identity
    from tracking.storage import event_log
    from tracking.storage.spec import Filter, Period

    now = clock.now()
    period, custom = Period(now - timedelta(days=DAYS), now, project.zone), Filter("event_type", "is", ("custom",))
    (latest,) = event_log.latest(ref(project), period, (custom,), limit=1)
    return identity.shown(latest.visitor_id), identity.shown(latest.session_id)


def _store_traffic(project: "Project") -> None:
    from tracking.demo import traffic
    from tracking.envelope import Message
    from tracking.pipeline import run_pipeline
    from tracking.storage import get_store
    from tracking.storage.spec import ProjectRef

    now, store = clock.now().astimezone(UTC), get_store()
    for message in traffic.messages(project.pk, until=now - timedelta(seconds=1), days=DAYS):
        kept = [each for each in message.envelopes if (each.visitor_id or 0) % ONE_VISITOR_IN == 0]
        if kept:
            run_pipeline(Message(message.id, kept), store=store, now=now)
    ref = ProjectRef(project.pk, project.zone, True)
    while store.refresh_rollups(ref, min(clock.now(), store.clock()), budget_s=5).left:
        pass
