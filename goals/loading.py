"""The goals of projects, compiled for the pipeline."""

from collections import defaultdict
from collections.abc import Collection
from uuid import UUID

import structlog

from goals.models import Goal
from goals.rules import Rule, Rules, compiled
from tracking.storage import completion_rules
from tracking.storage.failures import translated

log = structlog.get_logger(__name__)


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
                try:
                    found[goal.project_id].append(compiled(goal))
                except (ValueError, TypeError, LookupError, AttributeError) as error:
                    # Not as validation leaves it: somebody wrote it by hand. No event is to be lost by it.
                    log.error("goal_not_counted", goal_id=str(goal.pk), error=str(error))
    return {each: Rules(versions.get(each, 0), found[each]) for each in project_ids}
