"""Who sends: the key of a request, resolved to its project and its rights without a query when it is known."""

import hmac
import re
import threading
import time
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import redis
from django.db.models import Q
from django.utils.translation import gettext_noop as _

from analytics_pulse.problems import Problem
from projects.models import ApiKey, Project
from projects.models.keys import PREFIX_CHARS, Scope, hash_secret
from projects.models.projects import WRITE_KEY_PREFIX
from tracking import project_settings
from tracking.connections import redis_circuit, redis_client
from tracking.layered_cache import AnswerUnknown, LayeredCache
from tracking.project_settings import ProjectSettings, settings_of

USES = "ap:keys:used"
NOTE_USE_EVERY_S = 60
MAX_NOTED = 10_000
_SHAPE = re.compile(r"ap_(pub_[0-9a-f]{32}|[0-9a-f]{64})\Z")


class MissingKey(Problem):
    status_code = 401
    code = "missing_key"
    title = "A key is needed: in the X-API-Key header, as ?key=, or as `key` in the body"


class UnknownKey(Problem):
    status_code = 401
    code = "unknown_key"
    title = _("This key is unknown or revoked")


class KeyWithoutIngest(Problem):
    status_code = 403
    code = "key_without_ingest"
    title = "This key may not send events: it lacks the scope `ingest`"


class ProjectInactive(Problem):
    status_code = 403
    code = "project_inactive"
    title = "This project does not accept events"


class Unavailable(Problem):
    status_code = 503
    code = "unavailable"
    title = _("The service is not available at the moment: try again")


class Verdict(msgspec.Struct, frozen=True):
    """What a key is. id: of its rate limit, and of the ApiKey when it is a secret one."""

    project_id: UUID
    id: str
    is_secret: bool
    may_ingest: bool


class Source(msgspec.Struct, frozen=True):
    """A request's sender: it may send events of this project."""

    project: ProjectSettings
    key_id: str
    is_secret: bool


def resolve(key: str | None, *, must_be_active: bool = True) -> Source:
    """The sender that the key stands for; no I/O when this process knows it.

    Raises MissingKey, UnknownKey, KeyWithoutIngest, ProjectInactive, Unavailable.
    """
    if not key:
        raise MissingKey
    if not _SHAPE.match(key):  # cannot be a key: neither a lookup nor a place in the cache
        raise UnknownKey
    try:
        verdict = _cache.get(hash_secret(key).hex(), lambda: _load(key))
        project = settings_of(verdict.project_id) if verdict else None
    except AnswerUnknown:
        raise Unavailable(headers={"Retry-After": "5"}) from None
    if verdict is None or project is None:
        raise UnknownKey
    if not verdict.may_ingest:
        raise KeyWithoutIngest
    if must_be_active and not project.is_active:
        raise ProjectInactive
    if verdict.is_secret:
        _note_use(verdict.id)
    return Source(project, verdict.id, verdict.is_secret)


def invalidate(key_hash: bytes) -> None:
    """The key with this SHA-256 was made, revoked or changed: no process uses its old verdict 5 s from now."""
    _cache.invalidate(key_hash.hex())


def clear_memory() -> None:
    """Forget what this process remembers of keys and projects."""
    _cache.clear_memory()
    _noted.clear()
    redis_circuit.close()
    project_settings.clear_memory()


def flush_uses() -> int:
    """Write the noted uses to `last_used_at`; how many keys were used. For a periodic task; can run twice."""
    client = redis_client()
    taken = f"{USES}:flushing"
    if not client.exists(taken):  # else a flush died halfway: finish it first
        try:
            client.rename(USES, taken)
        except redis.ResponseError:  # nothing was used
            return 0
    uses = {id.decode(): int(used_at) for id, used_at in client.hgetall(taken).items()}  # type: ignore[union-attr]
    for key_id, used_at_s in uses.items():
        used_at = datetime.fromtimestamp(used_at_s, UTC)
        keys = ApiKey.objects.filter(Q(last_used_at__lt=used_at) | Q(last_used_at=None), pk=key_id)
        keys.update(last_used_at=used_at)
    client.delete(taken)
    return len(uses)


def _load(key: str) -> Verdict | None:
    if key.startswith(WRITE_KEY_PREFIX):
        project_id = Project.objects.filter(write_key=key, deleted_at=None).values_list("id", flat=True).first()
        return Verdict(project_id, f"write:{project_id}", False, True) if project_id else None
    key_hash = hash_secret(key)
    for found in ApiKey.objects.filter(prefix=key[:PREFIX_CHARS], is_active=True):
        if hmac.compare_digest(bytes(found.key_hash), key_hash):
            return Verdict(found.project_id, str(found.id), True, Scope.INGEST in found.scopes)
    return None


_cache = LayeredCache("key", Verdict)
_noted: dict[str, float] = {}
_noting = threading.Lock()


def _note_use(key_id: str) -> None:
    """Remember in Redis that a secret key is in use: at most once a minute and process, never a query."""
    now = time.monotonic()
    if now < _noted.get(key_id, 0.0) or redis_circuit.is_open:
        return
    with _noting:
        if len(_noted) >= MAX_NOTED:
            _noted.clear()
        _noted[key_id] = now + NOTE_USE_EVERY_S
    try:
        redis_client().hset(USES, key_id, int(time.time()))
    except redis.RedisError as error:
        redis_circuit.trip(error)
