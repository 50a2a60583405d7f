"""Tells the rest of the product that a project or one of its keys has changed, once the change is committed.

Whoever caches what is known of a project registers a callback when its app is ready; this app knows none of them.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from projects.models import Project
from projects.models.keys import hash_secret

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Change:
    """A project whose row or keys changed.

    key_hashes: SHA-256 of each of its keys, the write key and the secret ones, with those that were just replaced or
    revoked: every cached verdict on them is void.
    """

    project_id: UUID
    key_hashes: tuple[bytes, ...]


Callback = Callable[[Change], None]
_callbacks: list[Callback] = []


def on_change(callback: Callback) -> None:
    """Have `callback` called after each committed change. Registering the same callback again does nothing."""
    if callback not in _callbacks:
        _callbacks.append(callback)


def announce(project: Project, *replaced_keys: str) -> None:
    """Say that this project changed, when the transaction commits. `replaced_keys`: write keys it no longer has."""
    secrets = [bytes(key_hash) for key_hash in project.api_keys.values_list("key_hash", flat=True)]
    hashes = [hash_secret(key) for key in (project.write_key, *replaced_keys)]
    change = Change(project.pk, tuple(hashes + secrets))
    for callback in _callbacks:
        # robust: a cache that is away must not undo or hide a change that is already committed.
        transaction.on_commit(lambda callback=callback: callback(change), robust=True)  # type: ignore[misc]
