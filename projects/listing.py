"""One's projects as a list: searched, in an order, by organization, a page at a time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Self

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import QueryDict

from projects.access import get_organization_for
from projects.models import Organization, Project, User
from projects.orders import DEFAULT, ORDERS

PAGE_SIZE = 24
# A menu is for choosing from: more than this is found by searching, or on the page of all.
MENU_SIZE = 12


@dataclass(frozen=True, slots=True)
class Asked:
    """What the address says. organization: one of the user's own, or None for all of them."""

    search: str = ""
    order: str = DEFAULT
    organization: Organization | None = None

    @classmethod
    def of(cls, query: QueryDict, user: User) -> Self:
        """Raises Http404 for an organization that is not the user's. An order that there is not is the default."""
        organization = str(query.get("organization", ""))
        order = str(query.get("sort", DEFAULT))
        return cls(
            str(query.get("q", "")).strip(),
            order if order in ORDERS else DEFAULT,
            get_organization_for(user, organization) if organization else None,
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What a menu offers. has_more: than are in it."""

    groups: Sequence[tuple[Organization, Sequence[Project]]]
    has_more: bool


def page_of(user: User, asked: Asked, number: str) -> Page[Project]:
    projects = _of(user)
    if asked.organization:
        projects = projects.filter(organization=asked.organization)
    found = ORDERS[asked.order].sort(matching(projects, asked.search))
    return Paginator(found, PAGE_SIZE).get_page(number)


def menu(user: User, search: str = "") -> Choice:
    """The first ones to choose from."""
    projects = _of(user)
    found = ORDERS[DEFAULT].sort(matching(projects, search) if search else projects[: MENU_SIZE + 1])
    return Choice(by_organization(found[:MENU_SIZE]), has_more=len(found) > MENU_SIZE)


def matching(projects: Iterable[Project], search: str) -> list[Project]:
    """Whose name or domain, as it is written or as it is sent, has these words in it."""
    words = search.casefold().split()
    return [
        project
        for project in projects
        if all(word in f"{project.name} {project.domain} {project.shown_domain}".casefold() for word in words)
    ]


def by_organization(projects: Iterable[Project]) -> list[tuple[Organization, list[Project]]]:
    """Of projects that stand together with the others of their organization."""
    groups = [list(group) for _key, group in groupby(projects, lambda project: project.organization_id)]
    return [(group[0].organization, group) for group in groups]


def _of(user: User) -> QuerySet[Project]:
    projects = Project.objects.visible_to(user).select_related("organization")
    return projects.order_by("organization__name", "organization_id", "name")
