"""What ingestion forgets when a project or one of its keys changes."""

from projects.changes import Change
from tracking import keys, project_settings


def forget(change: Change) -> None:
    """No process goes by the old settings or the old verdict on a key 5 s from now."""
    project_settings.invalidate(change.project_id)
    for key_hash in change.key_hashes:
        keys.invalidate(key_hash)
