"""What ingestion must know of a project, cached so that neither web nor worker asks the database for it."""

from uuid import UUID

import msgspec


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

    A change is seen everywhere within 5 s.
    """
    raise NotImplementedError
