"""Links that open an export's file for whoever has them, for as long as there is one.

Without a login: they come by email, which is often read on another device, and scripts hand them on to programs that
know of no session. What bounds them: they name one file and cannot be guessed, they end after 7 days or when the export
is deleted, and they open nothing once who asked for the export may not see the project any more.
"""

from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.urls import reverse

from projects.models import Project
from reports.exports.rights import role_for
from reports.models import Export

_SALT = "reports.exports.links"


def url_of(export: Export) -> str:
    """Absolute."""
    token = signing.dumps(export.pk.hex, salt=_SALT)
    return settings.PUBLIC_URL + reverse("reports:export-file", args=[token])


def opened(token: str, now: datetime) -> Export | None:
    """The export whose file the link opens; None when it opens none (any more)."""
    try:
        export_id = UUID(signing.loads(token, salt=_SALT))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    export = Export.objects.ready(now).filter(pk=export_id, project__deleted_at=None).first()
    if export is None:
        return None
    export = Export.objects.select_related("project", "requested_by").get(pk=export.pk)
    user = export.requested_by
    if (
        user is not None
        and not Project.objects.visible_to(user, role_for(export.kind)).filter(pk=export.project_id).exists()
    ):
        return None
    return export
