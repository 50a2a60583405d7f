"""The part of /api/v1/ that this app answers."""

from django.urls import path

from tracking.views import BatchView, EventView

urlpatterns = [
    path("track/event", EventView.as_view(), name="track-event"),
    path("track/batch", BatchView.as_view(), name="track-batch"),
]
