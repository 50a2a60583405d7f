"""Events whose visitor was erased while they were on their way are counted, and not kept."""

from tracking import tombstones
from tracking.pipeline.batch import Batch


def leave_out_erased(batch: Batch) -> Batch:
    """Move the events of erased visitors, received before the erasure, from items to erased.

    No input or output while nobody is erased, else one Redis call. Raises redis.RedisError; safe to repeat.
    """
    if not batch.items or not tombstones.may_exist():
        return batch
    names = {name for item in batch.items for name in tombstones.names_of(item.envelope, item.event)}
    erased_at = tombstones.read(sorted(names))
    if not erased_at:
        return batch
    items = []
    for item in batch.items:
        times = [erased_at[name] for name in tombstones.names_of(item.envelope, item.event) if name in erased_at]
        received_at = item.envelope.received_at
        if times and received_at.timestamp() <= max(times):
            batch.erased.append((item.envelope.project_id, received_at))
        else:
            items.append(item)
    batch.items = items
    return batch
