from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


def make_partitions(**_: Any) -> None:
    """A migrated database takes events at once, without waiting for the scheduler's first round."""
    from django.db import connection

    from analytics_pulse import clock
    from tracking.storage import partitions

    if "events" in connection.introspection.table_names():  # not so after `migrate tracking zero`
        partitions.ensure_around(clock.now())


class TrackingConfig(AppConfig):
    name = "tracking"

    def ready(self) -> None:
        from projects.changes import on_change
        from tracking.invalidation import forget

        on_change(forget)
        post_migrate.connect(make_partitions, sender=self, dispatch_uid="tracking.make_partitions")
