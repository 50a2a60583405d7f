"""The daily salts of the visitor hash: made at 00:00 UTC, destroyed after 48 hours, and with them all links."""

from django.db import models


class Salt(models.Model):
    """One day's random secret. Every process uses the same one; PostgreSQL decides which."""

    day = models.DateField(primary_key=True)
    secret = models.BinaryField(max_length=32, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "tracking"
        db_table = "salts"

    def __str__(self) -> str:
        return str(self.day)
