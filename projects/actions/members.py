"""Who belongs to an organization. It never loses its last owner."""

import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from projects.models import Invitation, Membership, Organization, Role, User
from projects.models.keys import hash_secret

INVITATION_LASTS = timedelta(days=7)
MAX_OPEN_INVITATIONS = 100  # an organization: invitations are mail to strangers


class LastOwner(ValidationError):
    """The change would leave the organization without an owner."""

    def __init__(self) -> None:
        super().__init__(_("An organization needs an owner: make somebody else one first."), "last_owner")


def add_member(*, organization: Organization, user: User, role: Role) -> Membership:
    """Make the user a member. One who is already keeps their role."""
    membership, _ = Membership.objects.get_or_create(organization=organization, user=user, defaults={"role": role})
    return membership


@transaction.atomic
def change_role(*, membership: Membership, role: Role) -> None:
    """Raises LastOwner."""
    if role != Role.OWNER:
        _keep_an_owner(membership)
    membership.role = role
    membership.save(update_fields=["role"])


@transaction.atomic
def remove_member(*, membership: Membership) -> None:
    """Raises LastOwner."""
    _keep_an_owner(membership)
    membership.delete()


def _keep_an_owner(membership: Membership) -> None:
    # All owners are locked, so that two owners who leave at the same moment do not both see the other one.
    owners = Membership.objects.select_for_update().filter(organization=membership.organization, role=Role.OWNER)
    if {owner.pk for owner in owners.order_by("pk")} == {membership.pk}:
        raise LastOwner


@transaction.atomic
def invite(*, organization: Organization, email: str, role: Role, by: User, now: datetime) -> tuple[Invitation, str]:
    """The invitation and the token of its link. An earlier one to the same address is void.

    Raises ValidationError when the address belongs to a member, or too many invitations are open.
    """
    email = email.strip().lower()
    if organization.members.filter(email=email).exists():
        raise ValidationError(_("This person is a member already."), "already_member")
    organization.invitations.filter(email=email, accepted_at__isnull=True).delete()
    if organization.invitations.filter(accepted_at__isnull=True).count() >= MAX_OPEN_INVITATIONS:
        raise ValidationError(_("There are too many open invitations: withdraw some first."), "too_many")
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organization=organization,
        email=email,
        role=role,
        token_hash=hash_secret(token),
        invited_by=by,
        expires_at=now + INVITATION_LASTS,
    )
    return invitation, token


@transaction.atomic
def accept_invitation(*, invitation: Invitation, user: User, now: datetime) -> Membership:
    """Make the user a member. Accepting twice changes nothing more.

    Holding the link proves that its address can be read, so the address counts as verified when it is the user's own.
    """
    membership = add_member(organization=invitation.organization, user=user, role=Role(invitation.role))
    Invitation.objects.filter(pk=invitation.pk, accepted_at__isnull=True).update(accepted_at=now)
    EmailAddress.objects.filter(user=user, email__iexact=invitation.email).update(verified=True)
    return membership
