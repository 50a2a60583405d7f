"""The part of /api/v1/ that this app answers."""

from django.urls import path

from tracking.partition_views import PartitionHealthView, PartitionListView
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
]
