"""The map of the site: each app mounts its own pages and its own part of /api/v1/."""

from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerView

urlpatterns = [
    path("admin/", admin.site.urls),
    path("accounts/", include("allauth.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", SpectacularSwaggerView.as_view(url_name="schema"), name="api-docs"),
    path("api/v1/", include("projects.api_urls")),
    path("api/v1/", include("tracking.api_urls")),
    path("api/v1/", include("reports.api_urls")),
    path("", include("projects.urls")),
    path("", include("tracking.urls")),
    path("", include("reports.urls")),
]
