"""The one door to a tenant's data. Absent and forbidden are both 404, so that nobody learns of another's project."""

import uuid

from django.http import Http404

from projects.models import ApiKey, Project, Role, User
from projects.models.keys import Scope

# What a role may do, a key may do when it has this scope.
_SCOPE_OF_ROLE = {Role.VIEWER: Scope.READ}


def get_project_for(who: User | ApiKey, project_id: uuid.UUID | str, role: Role = Role.VIEWER) -> Project:
    """The project, when `who` may act on it in `role`. Raises Http404 otherwise.

    A user acts through a membership; a key on its own project through its scopes: `read` gives the viewer's rights,
    `manage` those of an admin.
    """
    try:
        project_id = uuid.UUID(str(project_id))
    except ValueError:
        raise Http404 from None
    if isinstance(who, ApiKey):
        scope = _SCOPE_OF_ROLE.get(role, Scope.MANAGE)
        allowed = who.is_active and who.project_id == project_id and role != Role.OWNER
        if not allowed or not {scope, Scope.MANAGE} & set(who.scopes):
            raise Http404
        projects = Project.objects.filter(deleted_at__isnull=True)
    elif who.is_authenticated:
        projects = Project.objects.visible_to(who, role)
    else:
        raise Http404
    project = projects.select_related("organization").filter(pk=project_id).first()
    if project is None:
        raise Http404
    return project
