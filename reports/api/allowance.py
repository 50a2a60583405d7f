"""How many questions one may ask in an hour: each key, each token and each person for themselves."""

from typing import Any

from django.conf import settings
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from analytics_pulse import clock
from projects.authentication import who
from projects.models import ApiKey, PersonalAccessToken
from tracking import leases
from tracking.leases import Allowance, Budget


class Limited(APIView):
    """A route whose requests count against the hour of who makes them. Raises RateLimited."""

    allowance: Allowance | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        self.allowance = spend(request)

    def finalize_response(self, request: Request, response: Response, *args: Any, **kwargs: Any) -> Response:
        answer = super().finalize_response(request, response, *args, **kwargs)
        if self.allowance is not None:
            for name, value in self.allowance.headers.items():
                answer[name] = value
        return answer


def spend(request: Request) -> Allowance | None:
    """Count this question of an authenticated request; None when there is no limit. Raises RateLimited."""
    return leases.spend(Budget(f"read:{_asker(request)}", settings.STATS_RATE_LIMIT_PER_HOUR), clock.now())


def _asker(request: Request) -> str:
    asker = who(request)
    if isinstance(asker, ApiKey):
        return f"key:{asker.pk}"
    if isinstance(asker, PersonalAccessToken):
        return f"token:{asker.pk}"
    return f"user:{asker.pk}"
