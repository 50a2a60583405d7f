"""Pages of the admin that are no tables."""

from django.db import models


class AdminPage(models.Model):
    """A page of the admin on a partitioned table. The table has a composite key, which the admin does not take, and
    too many rows for its lists; so the page asks the store, and this gives it a name, a URL and a permission."""

    class Meta:
        abstract = True


class QuarantinePage(AdminPage):
    class Meta:
        managed = False
        default_permissions = ("view",)
        verbose_name = "quarantined event"
        verbose_name_plural = "quarantined events"


class EventPage(AdminPage):
    class Meta:
        managed = False
        default_permissions = ("view",)
        verbose_name = "event"
        verbose_name_plural = "events"


class PartitionPage(AdminPage):
    class Meta:
        managed = False
        default_permissions = ("view",)
        verbose_name = "partition"
        verbose_name_plural = "partitions"
