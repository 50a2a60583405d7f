"""API credentials other than the session: a personal access token as Bearer, a project's secret key as X-API-Key."""

from typing import Any

from django.contrib.auth.models import AnonymousUser
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed
from rest_framework.request import Request

from analytics_pulse import clock
from projects.access import Principal
from projects.models import ApiKey, PersonalAccessToken
from projects.models.projects import WRITE_KEY_PREFIX


class KeyHolder(AnonymousUser):
    """The `request.user` of a request that comes with a project's key: somebody, but no person."""

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        return True

    @property
    def is_anonymous(self) -> bool:  # type: ignore[override]
        return False


class InvalidKey(AuthenticationFailed):
    default_code = "invalid_key"
    default_detail = "This key or token is unknown, revoked or expired."


class TokenAuthentication(BaseAuthentication):
    """`request.auth` is the PersonalAccessToken or the ApiKey. Raises InvalidKey (401)."""

    def authenticate(self, request: Request) -> tuple[Any, Any] | None:
        scheme, _, credential = request.META.get("HTTP_AUTHORIZATION", "").partition(" ")
        if scheme.lower() == "bearer":
            secret = credential.strip()
            return _token(secret) if secret.startswith("ap_pat_") else _api_key(secret)
        secret = request.META.get("HTTP_X_API_KEY", "").strip()
        return _api_key(secret) if secret else None

    def authenticate_header(self, request: Request) -> str:
        return 'Bearer realm="api"'


def _token(secret: str) -> tuple[Any, PersonalAccessToken]:
    token = PersonalAccessToken.matching(secret)
    now = clock.now()
    if token is None or not token.is_usable(now):
        raise InvalidKey
    token.note_use(now)
    return token.user, token


def _api_key(secret: str) -> tuple[KeyHolder, ApiKey]:
    if secret.startswith(WRITE_KEY_PREFIX):
        raise InvalidKey("A write key can only send events: use a secret API key here.")
    key = ApiKey.matching(secret)
    if key is None or not key.is_active or key.project.deleted_at is not None:
        raise InvalidKey
    key.note_use(clock.now())
    return KeyHolder(), key


def who(request: Request) -> Principal:
    """On whose behalf the request comes, as `projects.access` wants it."""
    return request.auth if isinstance(request.auth, (ApiKey, PersonalAccessToken)) else request.user


class TokenScheme(OpenApiAuthenticationExtension):
    """How the API's description names these credentials."""

    target_class = TokenAuthentication
    name = ["accessToken", "apiKey"]  # type: ignore[assignment]

    def get_security_requirement(self, auto_schema: Any) -> list[dict[str, list[Any]]]:
        return [{name: []} for name in self.name]  # either of them, not both

    def get_security_definition(self, auto_schema: Any) -> list[dict[str, Any]]:  # type: ignore[override]
        return [
            {
                "type": "http",
                "scheme": "bearer",
                "description": "A personal access token, `ap_pat_…`, made in the account's settings. "
                "It can do what its user can, within its scopes.",
            },
            {
                "type": "apiKey",
                "in": "header",
                "name": "X-API-Key",
                "description": "A project's secret API key, `ap_…`, made in the project's settings. "
                "It can do what its scopes (`ingest`, `read`, `manage`) say, on its project.",
            },
        ]
