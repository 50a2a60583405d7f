"""Making and revoking secrets. The secret is returned once and cannot be read again."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from projects.changes import announce
from projects.models import ApiKey, PersonalAccessToken, Project, User


@transaction.atomic
def create_api_key(
    *, project: Project, name: str, scopes: Collection[str], by: User | None, description: str = ""
) -> tuple[ApiKey, str]:
    """The key and its secret. Raises ValidationError."""
    secret = ApiKey.new_secret()
    key = ApiKey(project=project, name=name, description=description, scopes=sorted(scopes), created_by=by)
    key.keep(secret)
    key.full_clean()
    key.save()
    announce(project)  # the verdict "unknown key" may be cached
    return key, secret


@transaction.atomic
def revoke_api_key(*, key: ApiKey) -> None:
    """Takes effect everywhere within 5 s."""
    key.is_active = False
    key.save(update_fields=["is_active", "updated_at"])
    announce(key.project)


def create_access_token(
    *, user: User, name: str, scopes: Collection[str], expires_at: datetime | None = None
) -> tuple[PersonalAccessToken, str]:
    """The token and its secret. Raises ValidationError."""
    secret = PersonalAccessToken.new_secret()
    token = PersonalAccessToken(user=user, name=name, scopes=sorted(scopes), expires_at=expires_at)
    token.keep(secret)
    token.full_clean()
    token.save()
    return token, secret


def revoke_access_token(*, token: PersonalAccessToken) -> None:
    """Takes effect at once: tokens are not cached."""
    token.is_active = False
    token.save(update_fields=["is_active", "updated_at"])
