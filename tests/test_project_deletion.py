"""A deleted project's data goes out of the real event store, and nobody else's."""

from datetime import timedelta

import pytest

from projects.actions.projects import create_project, delete_project, purge_deleted_projects
from projects.models import Project
from tracking.models import Event, LedgerHour, QuarantinedEvent, Visit
from tracking.storage import get_store
from tracking.storage.tests.builders import event, message, quarantined

pytestmark = pytest.mark.django_db
TABLES = (Event, Visit, QuarantinedEvent, LedgerHour)


def test_all_of_it_goes_and_that_of_others_stays(project, organization):
    other = create_project(organization=organization, name="Other", domain="other.example")
    for owner in (project, other):
        events = [event(project_id=owner.pk) for _ in range(3)]
        get_store().append(message(*events, quarantined=[quarantined(project_id=owner.pk)]))
    others_before = [table.objects.filter(project_id=other.pk).count() for table in TABLES]
    delete_project(project=project)
    assert purge_deleted_projects(now=project.deleted_at) > 0
    assert [table.objects.filter(project_id=project.pk).count() for table in TABLES] == [0, 0, 0, 0]
    get_store().append(message(event(project_id=project.pk)))  # was still in the queue
    purge_deleted_projects(now=project.deleted_at + timedelta(minutes=11))
    assert [table.objects.filter(project_id=project.pk).count() for table in TABLES] == [0, 0, 0, 0]
    assert [table.objects.filter(project_id=other.pk).count() for table in TABLES] == others_before
    assert list(Project.objects.all()) == [other]
    assert min(others_before) > 0
