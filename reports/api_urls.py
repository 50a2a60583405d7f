"""The part of /api/v1/ that this app answers: questions about one project."""

from django.urls import include, path

from reports.api import breakdowns, realtime, segments, totals

questions = [
    path("analytics/overview", totals.OverviewView.as_view(), name="api-overview"),
    path("analytics/timeseries", totals.TimeseriesView.as_view(), name="api-timeseries"),
    path("analytics/breakdown", breakdowns.AnyBreakdownView.as_view(), name="api-breakdown"),
    path("realtime", realtime.RealtimeView.as_view(), name="api-realtime"),
    path("pages", breakdowns.PagesView.as_view(), name="api-pages"),
    path("pages/top-referrers", breakdowns.TopReferrersView.as_view(), name="api-top-referrers"),
    path("sources", breakdowns.SourcesView.as_view(), name="api-sources"),
    path("events", breakdowns.EventsView.as_view(), name="api-events"),
    path("segments", segments.SegmentsView.as_view({"get": "list", "post": "create"}), name="api-segments"),
    path(
        "segments/<uuid:segment_id>",
        segments.SegmentsView.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-segment",
    ),
]
urlpatterns = [path("projects/<uuid:project_id>/", include(questions))]
