"""Making and revoking secrets. The secret is returned once and cannot be read again."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.db import transaction

from projects.changes import announce
from projects.models import ApiKey, PersonalAccessToken, Project, User


@transaction.atomic
def create_api_key(
    *,
    project: Project,
    name: str,
    scopes: Collection[str],
    by: User | None,
    description: str = "",
    id: UUID | None = None,
) -> tuple[ApiKey, str]:
    """The key and its secret. Raises ValidationError, and IntegrityError when there is a key with this id."""
    secret = ApiKey.new_secret()
    key = ApiKey(project=project, name=name, description=description, scopes=sorted(scopes), created_by=by)
    key.id = id or key.id
    key.keep(secret)
    key.full_clean(validate_unique=False)
    key.save(force_insert=True)  # never the update of a row whose id somebody chose
    announce(project)  # the verdict "unknown key" may be cached
    return key, secret


@transaction.atomic
def revoke_api_key(*, key: ApiKey) -> None:
    """Takes effect everywhere within 5 s."""
    key.is_active = False
    key.save(update_fields=["is_active", "updated_at"])
    announce(key.project)


def create_access_token(
    *, user: User, name: str, scopes: Collection[str], expires_at: datetime | None = None, id: UUID | None = None
) -> tuple[PersonalAccessToken, str]:
    """The token and its secret. Raises ValidationError, and IntegrityError when there is a token with this id."""
    secret = PersonalAccessToken.new_secret()
    token = PersonalAccessToken(user=user, name=name, scopes=sorted(scopes), expires_at=expires_at)
    token.id = id or token.id
    token.keep(secret)
    token.full_clean(validate_unique=False)
    token.save(force_insert=True)
    return token, secret


def revoke_access_token(*, token: PersonalAccessToken) -> None:
    """Takes effect at once: tokens are not cached."""
    token.is_active = False
    token.save(update_fields=["is_active", "updated_at"])
