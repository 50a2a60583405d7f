"""What ingestion must know of a project, cached so that neither web nor worker asks the database for it."""

from typing import Any
from uuid import UUID

import msgspec

from projects.models import IdentityMode, Project
from tracking.layered_cache import LayeredCache


class Screening(msgspec.Struct, frozen=True):
    """networks: CIDR texts whose clients are quarantined (judged in the web process, which alone sees the address).
    countries: ISO codes. pages: path patterns with `*`. hostnames: when not empty, only these are counted."""

    networks: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    pages: tuple[str, ...] = ()
    hostnames: tuple[str, ...] = ()


class ProjectSettings(msgspec.Struct, frozen=True):
    id: UUID
    is_active: bool = True
    is_cookieless: bool = True
    allowed_origins: tuple[str, ...] = ()
    kept_query_params: tuple[str, ...] = ()
    rate_limit_per_hour: int | None = None
    screening: Screening = Screening()


def settings_of(project_id: UUID) -> ProjectSettings | None:
    """The project's settings from the process's memory, else Redis, else the database; None when there is none.

    A change is seen everywhere within 5 s. Raises AnswerUnknown when the database is away and nothing is remembered.
    """
    return _cache.get(str(project_id), lambda: _load(project_id))


def invalidate(project_id: UUID) -> None:
    """The project has changed: its settings, or whether it is there."""
    _cache.invalidate(str(project_id))


def clear_memory() -> None:
    """Forget what this process remembers."""
    _cache.clear_memory()


def _load(project_id: UUID) -> ProjectSettings | None:
    project = Project.objects.filter(pk=project_id, deleted_at__isnull=True).first()
    if project is None:
        return None
    screening = project.screening if isinstance(project.screening, dict) else {}
    return ProjectSettings(
        id=project.id,
        is_active=project.is_active,
        is_cookieless=project.identity_mode == IdentityMode.COOKIELESS,
        allowed_origins=_texts(project.allowed_origins),
        kept_query_params=_texts(project.kept_query_params),
        rate_limit_per_hour=project.rate_limit_per_hour,
        screening=Screening(**{name: _texts(screening.get(name)) for name in Screening.__struct_fields__}),
    )


def _texts(value: Any) -> tuple[str, ...]:
    """A JSON column's list as texts; an operator may have typed anything there."""
    return tuple(str(item) for item in value) if isinstance(value, list) else ()


_cache = LayeredCache("project", ProjectSettings)
