"""Writes on a project: making it, changing it, taking it away."""

import time
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from analytics_pulse import clock
from projects import purging
from projects.changes import announce
from projects.domains import normal_domain
from projects.models import Organization, Project
from projects.models.projects import new_write_key

# Events of a deleted project may still be on their way through the queue: its row stays until they must have arrived,
# so that the purge of after this time finds them.
ROW_OUTLIVES_DELETION = timedelta(minutes=10)
PURGE_CHUNK_ROWS = 10_000


@transaction.atomic
def create_project(*, organization: Organization, name: str, domain: str, **fields: Any) -> Project:
    """`fields`: other fields of Project, an id among them when the caller must recognise a repeated request.

    Raises ValidationError when one of them is not valid, IntegrityError when there is a project with this id.
    """
    project = Project(organization=organization, name=name, domain=normal_domain(domain), **fields)
    project.full_clean(validate_unique=False)
    project.save(force_insert=True)  # never the update of a row whose id somebody chose
    return project


@transaction.atomic
def change_project(*, project: Project, **fields: Any) -> Project:
    """Save the project, with `fields` set, and tell those who cache it. Raises ValidationError."""
    if "domain" in fields:
        fields["domain"] = normal_domain(fields["domain"])
    for field, value in fields.items():
        setattr(project, field, value)
    project.full_clean()
    project.save()
    announce(project)
    return project


@transaction.atomic
def rotate_write_key(*, project: Project, replaces: str) -> str:
    """Give the project a new write key; the old one stops working within 5 s.

    `replaces`: the key that the caller saw. A second submit of the same request finds another one and changes nothing.
    """
    project.refresh_from_db(fields=["write_key"], from_queryset=Project.objects.select_for_update())
    if project.write_key == replaces:
        project.write_key = new_write_key()
        project.save(update_fields=["write_key", "updated_at"])
        announce(project, replaces)
    return project.write_key


@transaction.atomic
def delete_project(*, project: Project) -> None:
    """Hide the project and stop its keys at once; `purge_deleted_projects` takes its data away."""
    if project.deleted_at is None:
        project.deleted_at = clock.now()
        project.save(update_fields=["deleted_at", "updated_at"])
        announce(project)


def purge_deleted_projects(*, now: datetime, budget_s: float = 20) -> int:
    """Delete the data of deleted projects in chunks, then their rows, then their organizations; how many rows of data.

    Safe to run twice, also at the same time. Stops after `budget_s`; the next run goes on.
    """
    deadline = time.monotonic() + budget_s
    purged = 0
    for project in Project.objects.filter(deleted_at__isnull=False).order_by("deleted_at"):
        rows = 1
        while rows:
            if time.monotonic() > deadline:
                return purged
            rows = purging.purge(project.pk, limit=PURGE_CHUNK_ROWS)
            purged += rows
        Project.objects.filter(pk=project.pk, deleted_at__lte=now - ROW_OUTLIVES_DELETION).delete()
    Organization.objects.filter(deleted_at__isnull=False, projects__isnull=True).delete()
    return purged
