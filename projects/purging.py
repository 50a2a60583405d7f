"""Who has data of a project besides its row. They register here, since this app knows none of them."""

from typing import Protocol
from uuid import UUID


class Purger(Protocol):
    def __call__(self, project_id: UUID, *, limit: int) -> int:
        """Delete up to `limit` rows of the project; how many went. 0 means that nothing is left."""


_purgers: list[Purger] = []


def register_purger(purger: Purger) -> None:
    """Have `purger` called for every deleted project. Registering the same one again does nothing."""
    if purger not in _purgers:
        _purgers.append(purger)


def purge(project_id: UUID, *, limit: int) -> int:
    """One step of deleting a project's data: up to `limit` rows of each purger. 0 means that nothing is left."""
    return sum(purger(project_id, limit=limit) for purger in _purgers)
