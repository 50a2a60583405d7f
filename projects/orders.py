"""In which orders one's projects can be listed. An app that knows more of them adds its own when it is ready."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import Organization, Project


@dataclass(frozen=True, slots=True)
class Order:
    """by_organization: those of an organization stay together."""

    label: str | Promise
    sort: Callable[[Iterable[Project]], list[Project]]
    by_organization: bool = False


def _by_name(projects: Iterable[Project]) -> list[Project]:
    return sorted(projects, key=lambda project: (*_place(project.organization), *_place(project)))


def _place(named: Organization | Project) -> tuple[list[str | int], datetime]:
    """By name, in which 2 comes before 10."""
    parts = _NUMBER.split(named.name.casefold())
    return [int(part) if index % 2 else part for index, part in enumerate(parts)], named.created_at


_NUMBER = re.compile(r"([0-9]{1,18})")
DEFAULT = "name"
ORDERS: dict[str, Order] = {DEFAULT: Order(_("Name"), _by_name, by_organization=True)}


def register(name: str, order: Order) -> None:
    ORDERS[name] = order
