"""Links that log a user in once, within an hour: for who has a shell on the server, never sent by the product."""

import secrets
import uuid
from dataclasses import dataclass

from django.core import signing
from django.core.cache import cache
from django.utils.crypto import constant_time_compare, salted_hmac

from projects.models import User

LASTS_S = 3600
_SALT = "projects.login_links"


@dataclass(frozen=True, slots=True)
class LoginLink:
    """What a link stands for: who logs in, and where they land."""

    user: User
    project_id: uuid.UUID
    nonce: str

    def spend(self) -> bool:
        """Whether this is its first use. The answer is no, too, when that cannot be told because the cache is away."""
        return bool(cache.add(f"login-link:{self.nonce}", 1, LASTS_S))


def _state_of(user: User) -> str:
    # A link dies with the password that the account had when it was made.
    return salted_hmac(_SALT, f"{user.pk}:{user.password}").hexdigest()[:20]


def sign(user: User, project_id: uuid.UUID) -> str:
    """The token of a new link."""
    content = [user.pk, _state_of(user), str(project_id), secrets.token_hex(8)]
    return signing.dumps(content, salt=_SALT)


def read(token: str) -> LoginLink | None:
    """None when the token is not one of ours, is too old, or its account has changed."""
    try:
        user_id, state, project_id, nonce = signing.loads(token, salt=_SALT, max_age=LASTS_S)
    except signing.BadSignature:
        return None
    user = User.objects.filter(pk=user_id, is_active=True).first()
    if user is None or not constant_time_compare(state, _state_of(user)):
        return None
    return LoginLink(user, uuid.UUID(project_id), nonce)
