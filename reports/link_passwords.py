"""The password of a shared link, and the cookie of who gave it.

The cookie is of this link alone: its path, and what is signed in it. It ends after half a day, with another password,
and with the link. Within a frame of another site it is partitioned: no other site's frame has it.
"""

from http.cookies import Morsel

from django.conf import settings
from django.contrib.auth.hashers import check_password
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.crypto import salted_hmac

from analytics_pulse import clock
from projects.client_address import pseudonym_of
from reports.models import SharedLink
from tracking.leases import Budget, spend

COOKIE = "shared_link"
LIFETIME_S = 12 * 3600
# Of one visitor, and of all together: who guesses from many places gets no further.
GUESSES_OF_ONE_AN_HOUR = 30
GUESSES_AN_HOUR = 300
_SALT = "reports.link_passwords"

# Python knows the attribute from 3.14 on.
Morsel._reserved.setdefault("partitioned", "Partitioned")  # type: ignore[attr-defined]
Morsel._flags.add("partitioned")  # type: ignore[attr-defined]


def is_right(request: HttpRequest, link: SharedLink, password: str) -> bool:
    """Compared in constant time. Every try counts, so that many at once get no further. Raises RateLimited."""
    now = clock.now()
    spend(Budget(f"link-password:{link.pk}:{pseudonym_of(request)}", GUESSES_OF_ONE_AN_HOUR), now)
    spend(Budget(f"link-password:{link.pk}", GUESSES_AN_HOUR), now)
    return check_password(password, link.password)


def was_given(request: HttpRequest, link: SharedLink) -> bool:
    """Whether the link needs no password, or this visitor gave the one that it has now."""
    if not link.password:
        return True
    try:
        seal = signing.loads(request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=LIFETIME_S)
    except signing.BadSignature:
        return False
    return bool(seal == _seal(link))


def remember(response: HttpResponse, link: SharedLink, *, in_frame: bool) -> None:
    """Let this visitor in from now on."""
    # Without HTTPS no browser keeps a cookie that other sites' frames may have, but for one of this machine.
    response.set_cookie(
        COOKIE,
        signing.dumps(_seal(link), salt=_SALT),
        max_age=LIFETIME_S,
        path=reverse("reports:shared-dashboard", args=(link.slug,)),
        secure=settings.HTTPS or in_frame,
        httponly=True,
        samesite="None" if in_frame else "Lax",
    )
    if in_frame:
        response.cookies[COOKIE]["partitioned"] = True


def _seal(link: SharedLink) -> str:
    """Of the password that the link has now, which it does not tell."""
    return salted_hmac(_SALT, f"{link.pk}:{link.password}", algorithm="sha256").hexdigest()
