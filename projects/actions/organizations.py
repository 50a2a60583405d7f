"""Making and deleting organizations."""

from uuid import UUID

from django.db import transaction

from analytics_pulse import clock
from projects.actions.projects import delete_project
from projects.models import Membership, Organization, Role, User


@transaction.atomic
def create_organization(*, name: str, owner: User, id: UUID | None = None) -> Organization:
    """Raises IntegrityError when there is an organization with this id."""
    organization = Organization(name=name)
    organization.id = id or organization.id
    organization.save(force_insert=True)  # never the update of a row whose id somebody chose
    Membership.objects.create(organization=organization, user=owner, role=Role.OWNER)
    return organization


@transaction.atomic
def delete_organization(*, organization: Organization) -> None:
    """Hide the organization and its projects at once; rows and events follow in the background."""
    for project in organization.projects.filter(deleted_at__isnull=True):
        delete_project(project=project)
    organization.deleted_at = clock.now()
    organization.save(update_fields=["deleted_at"])
    organization.invitations.all().delete()
