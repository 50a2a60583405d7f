"""The tables of events, those derived from them, and the small ones beside them.

The models say what the tables are; migrations and look-ups of single rows go through them. What writes or counts
events is SQL in tracking/storage.
"""

from tracking.models.admin_pages import AdminPage, EventPage, PartitionPage, QuarantinePage
from tracking.models.events import CompletionRules, Event, FirstTouch, GoalCompletion, QuarantinedEvent, Visit
from tracking.models.ledger import LedgerGap, LedgerHour, LedgerQuerySet, ProcessedMessage
from tracking.models.rollups import BreakdownRow, DailyRow, DirtySlot, HourlyRow, VisitDay
from tracking.salts import Salt

__all__ = [
    "AdminPage",
    "BreakdownRow",
    "CompletionRules",
    "DailyRow",
    "DirtySlot",
    "Event",
    "EventPage",
    "FirstTouch",
    "GoalCompletion",
    "HourlyRow",
    "LedgerGap",
    "LedgerHour",
    "LedgerQuerySet",
    "PartitionPage",
    "ProcessedMessage",
    "QuarantinePage",
    "QuarantinedEvent",
    "Salt",
    "Visit",
    "VisitDay",
]
