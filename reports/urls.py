"""The pages of this app."""

from django.urls import include, path

from reports import (
    annotation_views,
    export_views,
    landing,
    link_settings,
    member_pages,
    policy_views,
    project_list,
    section_views,
    segment_views,
    shared_views,
    views,
    visitor_forgetting,
)
from reports.models.shared_links import SHAREABLE_PAGES

app_name = "reports"
urlpatterns = [
    path("", landing.landing, name="landing"),
    path("privacy", policy_views.privacy, name="privacy"),
    path("data-policy", policy_views.policy, name="data-policy"),
    path("projects/<uuid:project_id>/settings/privacy/policy", policy_views.of_project, name="project-policy"),
    path("projects/numbers", project_list.numbers, name="project-numbers"),
    path("projects/<uuid:project_id>", views.dashboard, name="dashboard"),
    path("projects/<uuid:project_id>/realtime", member_pages.realtime, name="realtime"),
    path("projects/<uuid:project_id>/events", member_pages.events, name="events"),
    path("projects/<uuid:project_id>/visitors", member_pages.visitors, name="visitors"),
    path("projects/<uuid:project_id>/visitors/<str:visitor>", member_pages.visitor, name="visitors"),
    path(
        "projects/<uuid:project_id>/visitors/<str:visitor>/forget",
        visitor_forgetting.forget_visitor,
        name="forget-visitor",
    ),
    *(
        path("projects/<uuid:project_id>/", include(f"reports.{part}.urls"))
        for part in ("goals", "funnels", "campaigns", "journeys", "retention", "visits", "broken_pages")
    ),
    path("projects/<uuid:project_id>/sections/<slug:name>", section_views.section, name="section"),
    path("projects/<uuid:project_id>/segments", segment_views.new_segment, name="segments"),
    path("projects/<uuid:project_id>/segments/<uuid:segment_id>", segment_views.segment, name="segment"),
    path(
        "projects/<uuid:project_id>/segments/<uuid:segment_id>/filters",
        segment_views.change_filters,
        name="segment-filters",
    ),
    path(
        "projects/<uuid:project_id>/segments/<uuid:segment_id>/delete",
        segment_views.delete_segment,
        name="delete-segment",
    ),
    path("projects/<uuid:project_id>/settings/annotations", annotation_views.listing, name="annotations"),
    path("projects/<uuid:project_id>/settings/annotations/new", annotation_views.new, name="new-annotation"),
    path(
        "projects/<uuid:project_id>/settings/annotations/<uuid:annotation_id>", annotation_views.edit, name="annotation"
    ),
    path(
        "projects/<uuid:project_id>/settings/annotations/<uuid:annotation_id>/delete",
        annotation_views.delete,
        name="delete-annotation",
    ),
    path("projects/<uuid:project_id>/settings/exports", export_views.exports, name="exports"),
    path("projects/<uuid:project_id>/settings/exports/rows", export_views.export_rows, name="export-rows"),
    path(
        "projects/<uuid:project_id>/settings/exports/<uuid:export_id>/delete",
        export_views.delete_export,
        name="delete-export",
    ),
    path("projects/<uuid:project_id>/settings/shared-links", link_settings.listing, name="shared-links"),
    path("projects/<uuid:project_id>/settings/shared-links/<uuid:link_id>", link_settings.change, name="shared-link"),
    path(
        "projects/<uuid:project_id>/settings/shared-links/<uuid:link_id>/rotate",
        link_settings.rotate,
        name="rotate-shared-link",
    ),
    path(
        "projects/<uuid:project_id>/settings/shared-links/<uuid:link_id>/revoke",
        link_settings.revoke,
        name="revoke-shared-link",
    ),
    path("share/<slug:slug>", shared_views.dashboard, name="shared-dashboard"),
    *(
        path(f"share/<slug:slug>/{page}", shared_views.page, {"name": page}, name=f"shared-{page}")
        for page in SHAREABLE_PAGES
    ),
    path("share/<slug:slug>/password", shared_views.password, name="shared-password"),
    path("share/<slug:slug>/sections/<slug:name>", shared_views.section, name="shared-section"),
    path("exports/<str:token>", export_views.export_file, name="export-file"),
]
