"""What a new user sees first: the demo's goals and funnels, reached as its traffic comes in."""

import io
from datetime import UTC

import pytest
from django.core.management import call_command

from goals.models import Funnel, Goal
from projects.models import Project
from reports import results
from reports.goal_names import GoalNames
from reports.shared_links import demo_link
from tracking.demo import account, traffic
from tracking.models import ProcessedMessage
from tracking.storage import get_store
from tracking.storage.spec import Period, ProjectRef, StatsQuery

pytestmark = pytest.mark.django_db


def test_the_demo_has_goals_that_were_reached_and_funnels():
    call_command("seed_demo", days=4, stdout=io.StringIO())
    results.clear_memory()
    project = Project.objects.get(name=account.NAME)
    # None was halved, as what cannot be stored is: goals of all types travel together.
    sent = {each.id for each in traffic.messages(project.pk, until=project.created_at.astimezone(UTC), days=4)}
    assert sent <= set(ProcessedMessage.objects.values_list("message_id", flat=True))
    first, last = get_store().span(project.pk)
    query = StatsQuery(
        ProjectRef(project.pk, project.zone), ("completions",), Period(first, last, project.zone), ("goal",), limit=50
    )
    names = GoalNames(project.pk)
    reached = {names.name_of(row.dimensions[0]) for row in get_store().run(query).rows}
    assert {"Pricing visited", "Signup", "Post read to three quarters", "Two minutes with the docs"} <= reached
    assert Funnel.objects.filter(project=project).count() == 2
    assert demo_link().pages == ["goals", "funnels", "campaigns"]


def test_goals_that_its_owner_deleted_do_not_come_back():
    call_command("seed_demo", days=1, stdout=io.StringIO())
    Goal.objects.all().delete()
    call_command("seed_demo", days=1, stdout=io.StringIO())
    assert not Goal.objects.exists()
