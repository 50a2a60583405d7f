"""Which goals each event reaches. What a goal is, another app knows: it registers here how a project's are loaded."""

from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple, Protocol
from uuid import UUID

from msgspec.structs import replace

from tracking.pipeline.batch import Batch
from tracking.storage.base import EventStore, StaleRules, StoreUnavailable
from tracking.storage.rows import Appended, CompletionRow, EventRow, StoredBatch, Threshold, distinct

MAX_PROJECTS = 5_000
MAX_MATCHINGS = 10


class Rules(Protocol):
    """The goals of a project, as of a version (see storage/completion_rules.py)."""

    version: int

    @property
    def is_empty(self) -> bool: ...

    def reached(self, row: EventRow) -> Iterator[CompletionRow | Threshold]: ...


# Those of these projects, as they are now. Raises StoreUnavailable.
Loader = Callable[[Collection[UUID]], Mapping[UUID, Rules]]

_loaders: list[Loader] = []
# What this process knows, whoever was asked for lately at the end. It may be outdated: the store says so.
_known: OrderedDict[UUID, Rules] = OrderedDict()


def register_matcher(loader: Loader) -> None:
    """There is one: the last to register."""
    _loaders[:] = [loader]
    _known.clear()


class Matched(NamedTuple):
    """See StoredBatch."""

    completions: list[CompletionRow]
    thresholds: list[Threshold]
    rule_versions: dict[UUID, int]


def match_goals(batch: Batch) -> Batch:
    """Set the batch's completions, thresholds and rule_versions. Safe to repeat; one query for projects that this
    process does not know yet. Raises StoreUnavailable."""
    rows = [item.row for item in batch.items if item.row is not None]
    batch.completions, batch.thresholds, batch.rule_versions = match(rows)
    return batch


def match(rows: list[EventRow]) -> Matched:
    """What events come to, of any projects."""
    rules = _rules_of({row.project_id for row in rows})
    versions = {project_id: each.version for project_id, each in rules.items()}
    found = Matched([], [], versions)
    if all(each.is_empty for each in rules.values()):
        return found
    thresholds: dict[Threshold, None] = {}
    for row in distinct(rows):
        for reached in rules[row.project_id].reached(row):
            if isinstance(reached, Threshold):
                thresholds[reached] = None
            else:
                found.completions.append(reached)
    return found._replace(thresholds=list(thresholds))


def append_matched(store: EventStore, batch: StoredBatch) -> Appended:
    """Append with the goals as they are then: who changes them while a batch is matched has it matched again.

    Raises what append() does but StaleRules.
    """
    for _ in range(MAX_MATCHINGS):
        try:
            return store.append(batch)
        except StaleRules as stale:
            for project_id in stale.project_ids:
                _known.pop(project_id, None)
            batch = replace(batch, **match(batch.events)._asdict())
    raise StoreUnavailable("the goals change all the time")


def clear_memory() -> None:
    """Forget what this process knows."""
    _known.clear()


def _rules_of(project_ids: set[UUID]) -> dict[UUID, Rules]:
    if not _loaders:
        return {}
    found = {}
    missing = []
    for project_id in project_ids:
        if rules := _known.get(project_id):
            _known.move_to_end(project_id)
            found[project_id] = rules
        else:
            missing.append(project_id)
    if missing:
        loaded = _loaders[0](missing)
        found.update(loaded)
        _known.update(loaded)
        while len(_known) > MAX_PROJECTS:
            _known.popitem(last=False)
    return found
