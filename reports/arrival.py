"""Whether anything ever came in."""

from projects.models import Project
from tracking.install import first_event_of
from tracking.storage.base import StoreUnavailable


def has_events(project: Project) -> bool:
    """Once it did, the project remembers, and the store is not asked."""
    try:
        return first_event_of(project) is not None
    except StoreUnavailable:
        return True  # the sections will say that the store is away
