"""What the windows are called in Redis, how long they are, and how long they stay."""

from dataclasses import dataclass
from uuid import UUID

PREFIX = "ap:now:"
# Since when the windows have all that was stored, in epoch seconds. Goes when Redis forgets, as the windows do.
SINCE = f"{PREFIX}since"


@dataclass(frozen=True, slots=True)
class Size:
    """Of a window, in seconds; kept_s: after its end."""

    name: str
    seconds: int
    kept_s: int

    def key(self, project_id: UUID, slot: int) -> str:
        """Of the window that starts `slot` times its length after 1970.

        With ":u" appended: its visitors; with ":d": its details.
        """
        return f"{PREFIX}{project_id.hex}:{self.name}:{slot}"


MINUTE = Size("1m", 60, 3600)
FIVE_MINUTES = Size("5m", 300, 24 * 3600)
HOUR = Size("1h", 3600, 48 * 3600)
SIZES = (MINUTE, FIVE_MINUTES, HOUR)  # the first has the details too
LONGEST_KEPT_S = max(size.seconds + size.kept_s for size in SIZES)


def torn_key(project_id: UUID) -> str:
    """Holds the end, in epoch seconds, of what the project's windows may lack."""
    return f"{PREFIX}torn:{project_id.hex}"
