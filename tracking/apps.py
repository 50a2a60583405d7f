from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_partitions(**_: Any) -> None:
    """A migrated database takes events at once, without waiting for the scheduler's first round."""
    from django.db import connection

    from analytics_pulse import clock
    from tracking.storage import partitions

    # Not so after a migration back.
    if partitions.PARTITIONED.keys() <= set(connection.introspection.table_names()):
        partitions.ensure_around(clock.now())


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from projects.changes import on_change
        from projects.purging import register_purger
        from tracking.invalidation import forget
        from tracking.storage import get_store

        on_change(forget)
        register_purger(get_store().purge)
        post_migrate.connect(make_partitions, sender=self, dispatch_uid="tracking.make_partitions")
