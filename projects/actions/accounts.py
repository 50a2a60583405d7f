"""Making and deleting accounts."""

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from projects.actions.organizations import create_organization, delete_organization
from projects.models import Organization, User


def team_name(email: str) -> str:
    """`ann.smith+news@example.com` -> `Ann's team`."""
    local = email.partition("@")[0].partition("+")[0]
    first = local.replace("_", ".").replace("-", ".").split(".")[0] or local
    return _("%(name)s's team") % {"name": first[:80].capitalize()}


@transaction.atomic
def create_account(
    *, email: str, password: str | None = None, name: str = "", is_verified: bool = False, is_superuser: bool = False
) -> User:
    """A user with a login and an organization of their own. Without a password there is none to log in with."""
    make = User.objects.create_superuser if is_superuser else User.objects.create_user
    user = make(email, password, name=name)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=is_verified)
    create_organization(name=team_name(user.email), owner=user)
    return user


@transaction.atomic
def delete_account(*, user: User) -> None:
    """Delete the user for good, with the organizations that nobody else owns; their data follows in the background."""
    for organization in Organization.objects.owned_by_nobody_but(user).select_for_update(of=("self",)):
        delete_organization(organization=organization)
    user.delete()
