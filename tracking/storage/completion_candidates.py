"""The stored events that may reach a goal. Whether they do is decided by whoever asks."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from tracking.storage.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Sought:
    """event_name, path, path_like (of LIKE): "" for any. properties: those whose values are wanted. has_value: only
    events with one."""

    event_types: tuple[str, ...]
    event_name: str = ""
    path: str = ""
    path_like: str = ""
    properties: tuple[str, ...] = ()
    has_value: bool = False


class Candidate(NamedTuple):
    """custom_data: the properties that are wanted, as texts, "" where there is none."""

    project_id: UUID
    event_id: UUID
    occurred_at: datetime
    session_id: int
    visitor_id: int
    event_type: str
    event_name: str
    path: str
    value: float | None
    engaged_ms: int | None
    scroll_depth: int | None
    custom_data: dict[str, str]


_COLUMNS = ", ".join(f"e.{name}" for name in Candidate._fields[:-1])


class CandidatesSql:
    """Of one statement, whose parameters are `params`."""

    def __init__(self, project_id: UUID, sought: Sought, first: datetime, end: datetime) -> None:
        self.params, self._sought = Parameters(), sought
        add = self.params.add
        conditions = [
            f"e.project_id = {add(project_id)}",
            f"e.occurred_at >= {add(first)}",
            f"e.occurred_at < {add(end)}",
            f"e.event_type = ANY({add(sought.event_types)}::text[])",
            "e.session_id <> 0",
        ]
        if sought.event_name:
            conditions.append(f"e.event_name = {add(sought.event_name)}")
        if sought.path:
            conditions.append(f"e.path = {add(sought.path)}")
        if sought.path_like:
            conditions.append(f"e.path LIKE {add(sought.path_like)}")
        if sought.has_value:
            conditions.append("e.value IS NOT NULL")
        self.source = f"events e WHERE {' AND '.join(conditions)}"

    def select(self, *, limit: int | None = None) -> str:
        """The latest first, when there is a limit."""
        texts = [f"coalesce(e.custom_data ->> {self.params.add(key)}, '')" for key in self._sought.properties]
        sql = f"SELECT {_COLUMNS}, ARRAY[{', '.join(texts)}]::text[] FROM {self.source}"
        return sql if limit is None else f"{sql} ORDER BY e.occurred_at DESC LIMIT {self.params.add(limit)}"

    def candidates(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Candidate]:
        keys = self._sought.properties
        for row in rows:
            yield Candidate._make((*row[:-1], dict(zip(keys, row[-1], strict=True))))
