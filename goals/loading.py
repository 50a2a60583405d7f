"""The goals of projects, compiled for the pipeline."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

from goals.models import Goal
from goals.rules import Rule, Rules, compiled
from tracking.storage import completion_rules
from tracking.storage.failures import translated


def load(project_ids: Collection[UUID]) -> dict[UUID, Rules]:
    """Those of each project that are counted now. Raises StoreUnavailable.

    The versions are read first: of goals that are newer than their version the store says that they are stale; of a
    version that is newer than the goals it could not.
    """
    versions = completion_rules.versions(project_ids)
    found: dict[UUID, list[Rule]] = defaultdict(list)
    if versions:
        with translated():
            for goal in Goal.objects.filter(project__in=versions, is_active=True, deleted_at=None):
                found[goal.project_id].append(compiled(goal))
    return {each: Rules(versions.get(each, 0), found[each]) for each in project_ids}
