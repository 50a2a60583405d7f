"""The part of /api/v1/ that this app answers."""

from django.urls import path

from projects.api.keys import ApiKeysView
from projects.api.organizations import OrganizationsView
from projects.api.projects import ProjectsView

urlpatterns = [
    path("organizations", OrganizationsView.as_view(), name="api-organizations"),
    path("projects", ProjectsView.as_view({"get": "list", "post": "create"}), name="api-projects"),
    path(
        "projects/<uuid:project_id>",
        ProjectsView.as_view({"get": "retrieve", "put": "update", "patch": "partial_update", "delete": "destroy"}),
        name="api-project",
    ),
    path(
        "projects/<uuid:project_id>/write-key/rotate",
        ProjectsView.as_view({"post": "rotate_write_key"}),
        name="api-write-key-rotate",
    ),
    path(
        "projects/<uuid:project_id>/keys",
        ApiKeysView.as_view({"get": "list", "post": "create"}),
        name="api-keys",
    ),
    path(
        "projects/<uuid:project_id>/keys/<uuid:key_id>",
        ApiKeysView.as_view({"get": "retrieve", "delete": "destroy"}),
        name="api-key",
    ),
]
