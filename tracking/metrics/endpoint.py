"""GET /metrics, for Prometheus: with a token, or from this machine itself."""

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotFound
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from analytics_pulse import clock
from tracking.metrics import exposition

# A proxy on this machine connects from loopback as well; by these it says that it speaks for somebody else.
FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_X_FORWARDED_HOST", "HTTP_VIA")


@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """404 to everybody else: a stranger need not know that there is something."""
    if not _may_read(request):
        return HttpResponseNotFound()
    return HttpResponse(exposition.render(clock.now()), content_type=exposition.CONTENT_TYPE)


def _may_read(request: HttpRequest) -> bool:
    """With METRICS_TOKEN set, whoever has it; else only a process on this machine, without a proxy in between."""
    if settings.METRICS_TOKEN:
        scheme, _, token = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        return scheme.lower() == "bearer" and constant_time_compare(token.strip(), settings.METRICS_TOKEN)
    if any(header in request.META for header in FORWARDED):
        return False
    try:
        return ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
