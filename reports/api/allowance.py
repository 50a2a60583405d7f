"""How many questions one may ask in an hour: each key, each token and each person for themselves."""

from django.conf import settings
from rest_framework.request import Request

from analytics_pulse import clock
from projects.authentication import who
from projects.models import ApiKey, PersonalAccessToken
from tracking import leases
from tracking.leases import Allowance, Budget


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
