"""In which orders one's projects can be listed. An app that knows more of them adds its own when it is ready."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from projects.models import Project


@dataclass(frozen=True, slots=True)
class Order:
    """sort: a project's place among those of its organization."""

    label: str | Promise
    sort: Callable[[Iterable[Project]], list[Project]]


def _by_name(projects: Iterable[Project]) -> list[Project]:
    return sorted(projects, key=lambda project: (project.name.casefold(), project.created_at))


DEFAULT = "name"
ORDERS: dict[str, Order] = {DEFAULT: Order(_("Name"), _by_name)}


def register(name: str, order: Order) -> None:
    ORDERS[name] = order
