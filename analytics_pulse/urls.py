"""The map of the site: each app mounts its own pages and its own part of /api/v1/."""

from allauth.account.views import logout
from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from analytics_pulse.content_security import relaxed
from analytics_pulse.styleguide import styleguide

# Split: its script comes from a URL of its own. Its styles stay inline, and so do the icons of the fields.
api_docs = relaxed(SpectacularSwaggerSplitView.as_view(url_name="schema"), style_src="'self' 'unsafe-inline'")


def favicon(request: HttpRequest) -> HttpResponse:
    """For pages that do not name an icon: the admin's, and those of other tools."""
    return redirect(static("img/mark.svg"), permanent=True)


def log_out(request: HttpRequest) -> HttpResponse:
    """And the browser forgets the pages it has seen: the back button shows none of them to who sits there next."""
    response = logout(request)
    if request.method == "POST":
        response.headers["Clear-Site-Data"] = '"cache"'
    return response


urlpatterns = [
    path("favicon.ico", favicon),
    path("styleguide", styleguide, name="styleguide"),
    path("admin/", admin.site.urls),
    path("accounts/logout/", log_out, name="account_logout"),
    path("accounts/", include("allauth.urls")),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs/", api_docs, name="api-docs"),
    path("api/v1/", include("projects.api_urls")),
    path("api/v1/", include("tracking.api_urls")),
    path("api/v1/", include("reports.api_urls")),
    path("", include("analytics_pulse.handbook.urls")),
    path("", include("projects.urls")),
    path("", include("projects.organization_urls")),
    path("", include("tracking.urls")),
    path("", include("reports.urls")),
]

handler400 = "analytics_pulse.error_pages.bad_request"
handler403 = "analytics_pulse.error_pages.forbidden"
handler404 = "analytics_pulse.error_pages.not_found"
handler500 = "analytics_pulse.error_pages.failed"
