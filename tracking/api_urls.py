"""The part of /api/v1/ that this app answers."""

from django.urls import path

from tracking.ledger_api import LedgerView
from tracking.partition_views import PartitionHealthView, PartitionListView
from tracking.performance import PerformanceView
from tracking.privacy_api import EraseMyselfView, EraseSomebodyView
from tracking.quarantine_api import QuarantineDropView, QuarantineRestoreView, QuarantineView
from tracking.views import BatchView, EventView

# These take the short way (tracking/shortcut.py), past sessions and logins.
ingest_routes = [
    path("track/event", EventView.as_view(), name="track-event"),
    path("track/batch", BatchView.as_view(), name="track-batch"),
]
urlpatterns = [
    *ingest_routes,
    path("partitions/health", PartitionHealthView.as_view(), name="partitions-health"),
    path("partitions/list", PartitionListView.as_view(), name="partitions-list"),
    path("performance/metrics", PerformanceView.as_view(), name="performance-metrics"),
    path("projects/<uuid:project_id>/ledger", LedgerView.as_view(), name="api-ledger"),
    path("projects/<uuid:project_id>/quarantine", QuarantineView.as_view(), name="api-quarantine"),
    path(
        "projects/<uuid:project_id>/quarantine/restore", QuarantineRestoreView.as_view(), name="api-quarantine-restore"
    ),
    path("projects/<uuid:project_id>/quarantine/drop", QuarantineDropView.as_view(), name="api-quarantine-drop"),
    path("projects/<uuid:project_id>/erase", EraseSomebodyView.as_view(), name="api-erase"),
    path("privacy/erase", EraseMyselfView.as_view(), name="privacy-erase"),
]
