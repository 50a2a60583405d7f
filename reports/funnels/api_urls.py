"""The part of the API, under /api/v1/projects/<project_id>/."""

from django.urls import URLPattern, path

from reports.funnels import api, saved_api

urlpatterns: list[URLPattern] = [
    path("funnels", api.FunnelView.as_view(), name="api-funnel"),
    path("goals/funnel", api.GoalFunnelView.as_view(), name="api-goal-funnel"),
    path("funnels/saved", saved_api.FunnelsView.as_view({"get": "list", "post": "create"}), name="api-saved-funnels"),
    path(
        "funnels/saved/<uuid:funnel_id>",
        saved_api.FunnelsView.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
        name="api-saved-funnel",
    ),
    path("funnels/saved/<uuid:funnel_id>/report", api.FunnelReportView.as_view(), name="api-funnel-report"),
]
