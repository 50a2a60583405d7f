"""What an archive brings that no append makes: the ledger of the project it was taken from."""

from collections.abc import Sequence

from tracking.models import LedgerHour
from tracking.storage.failures import translated


def add_ledger(hours: Sequence[LedgerHour]) -> None:
    """Hours as they were counted elsewhere. One that is known already stays as it is: again is a no-op."""
    with translated():
        LedgerHour.objects.bulk_create(hours, ignore_conflicts=True, unique_fields=None, batch_size=1000)
