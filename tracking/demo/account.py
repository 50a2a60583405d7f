"""The demo's account and project. Whether the import is finished stands in the project's name, for everybody to see."""

from collections.abc import Callable

from django.db import transaction

from projects.actions.accounts import create_account
from projects.actions.projects import change_project, create_project
from projects.models import Organization, Project, Role, User
from tracking.demo import login
from tracking.demo.site import DOMAIN

EMAIL, PASSWORD = login.EMAIL, login.PASSWORD
NAME = "Pulse Demo"
UNFINISHED_NAME = "Pulse Demo (importing …)"
_followers: list[Callable[[], None]] = []
_furnishers: list[Callable[[Project, User], None]] = []
_DESCRIPTION = "Made-up traffic of a made-up site, to look around in."


def when_made(furnish: Callable[[Project, User], None]) -> None:
    """Have `furnish` called with each demo project that is made, before any event comes in, and with whose it is."""
    if furnish not in _furnishers:
        _furnishers.append(furnish)


def when_finished(follow: Callable[[], None]) -> None:
    """Have `follow` called when the demo project is there, each time that the seeding finds it so. Registering the same
    one again does nothing: they register here, since this app knows none of them."""
    if follow not in _followers:
        _followers.append(follow)


def find_user() -> User | None:
    return User.objects.filter(email=EMAIL).first()


def find_project(user: User) -> Project | None:
    return Project.objects.visible_to(user).filter(domain=DOMAIN).order_by("-created_at").first()


@transaction.atomic
def make_project(password: str) -> Project:
    """The project, to be filled; with it the account where there is none."""
    user = find_user() or create_account(email=EMAIL, password=password, name="Demo", is_verified=True)
    organization = Organization.objects.visible_to(user, Role.ADMIN).order_by("created_at").first()
    if organization is None:
        raise LookupError(f"{EMAIL} may not make projects in any organization")
    project = create_project(
        organization=organization, name=UNFINISHED_NAME, domain=DOMAIN, description=_DESCRIPTION, timezone="UTC"
    )
    for furnish in _furnishers:
        furnish(project, user)
    return project


def is_finished(project: Project) -> bool:
    return project.name != UNFINISHED_NAME


def finish(project: Project) -> None:
    if not is_finished(project):
        change_project(project=project, name=NAME)
    for follow in _followers:
        follow()
