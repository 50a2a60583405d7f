"""The part of /api/v1/ that this app answers: questions about one project."""

from django.urls import URLPattern, URLResolver, include, path

from reports.api import (
    aggregation,
    annotation_impact,
    annotations,
    breakdowns,
    campaigns,
    exports,
    query,
    raw_events,
    realtime,
    segments,
    shared_links,
    single_metric,
    suggestions,
    summary,
    totals,
    visitors,
)

questions: list[URLPattern | URLResolver] = [
    path("query", query.QueryView.as_view(), name="api-query"),
    path("analytics", summary.AnalyticsView.as_view(), name="api-analytics"),
    path("analytics/overview", totals.OverviewView.as_view(), name="api-overview"),
    path("analytics/timeseries", totals.TimeseriesView.as_view(), name="api-timeseries"),
    path("analytics/breakdown", breakdowns.AnyBreakdownView.as_view(), name="api-breakdown"),
    path("realtime", realtime.RealtimeView.as_view(), name="api-realtime"),
    path("realtime/events", realtime.RealtimeEventsView.as_view(), name="api-realtime-events"),
    path("pages", breakdowns.PagesView.as_view(), name="api-pages"),
    path("pages/top-referrers", breakdowns.TopReferrersView.as_view(), name="api-top-referrers"),
    path("sources", breakdowns.SourcesView.as_view(), name="api-sources"),
    path("events", breakdowns.EventsView.as_view(), name="api-events"),
    path("events/raw", raw_events.RawEventsView.as_view(), name="api-raw-events"),
    path("campaigns", campaigns.CampaignsView.as_view(), name="api-campaigns"),
    path("campaigns/top", campaigns.TopCampaignsView.as_view(), name="api-top-campaigns"),
    path("campaigns/compare", campaigns.CompareCampaignsView.as_view(), name="api-compare-campaigns"),
    path("metrics/<str:metric>", single_metric.MetricView.as_view(), name="api-metric"),
    path("suggestions/<path:dimension>", suggestions.SuggestionsView.as_view(), name="api-suggestions"),
    path("users/active", visitors.ActiveUsersView.as_view(), name="api-active-users"),
    path("users/<str:visitor>/events", visitors.UserEventsView.as_view(), name="api-user-events"),
    path("analytics/export", exports.AnalyticsExportView.as_view(), name="api-analytics-export"),
    path("campaigns/export", exports.CampaignsExportView.as_view(), name="api-campaigns-export"),
    path("events/export", exports.EventsExportView.as_view(), name="api-events-export"),
    path("exports", exports.ExportsView.as_view(), name="api-exports"),
    path("exports/<uuid:export_id>", exports.OneExportView.as_view(), name="api-export"),
    path("annotations", annotations.AnnotationsView.as_view({"get": "list", "post": "create"}), name="api-annotations"),
    path(
        "annotations/<uuid:annotation_id>",
        annotations.AnnotationsView.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-annotation",
    ),
    path(
        "annotations/<uuid:annotation_id>/impact",
        annotation_impact.AnnotationImpactView.as_view(),
        name="api-annotation-impact",
    ),
    path("segments", segments.SegmentsView.as_view({"get": "list", "post": "create"}), name="api-segments"),
    path(
        "segments/<uuid:segment_id>",
        segments.SegmentsView.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-segment",
    ),
    path(
        "shared-links", shared_links.SharedLinksView.as_view({"get": "list", "post": "create"}), name="api-shared-links"
    ),
    path(
        "shared-links/<uuid:link_id>",
        shared_links.SharedLinksView.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-shared-link",
    ),
    path(
        "shared-links/<uuid:link_id>/rotate",
        shared_links.SharedLinksView.as_view({"post": "rotate"}),
        name="api-shared-link-rotate",
    ),
    *(
        path("", include(f"reports.{part}.api_urls"))
        for part in ("goals", "funnels", "campaigns", "journeys", "retention", "visits", "broken_pages")
    ),
]
urlpatterns = [
    path("aggregation/daily", aggregation.DailyAggregationView.as_view(), name="api-aggregation-daily"),
    path("aggregation/daily/all", aggregation.WholeAggregationView.as_view(), name="api-aggregation-all"),
    path("projects/<uuid:project_id>/", include(questions)),
]
