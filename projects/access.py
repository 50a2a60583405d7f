"""The one door to a tenant's data. Absent and forbidden are both 404, so that nobody learns of another's project."""

import uuid

from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.http import Http404

from analytics_pulse.problems import Problem
from projects.models import ApiKey, Organization, PersonalAccessToken, Project, Role, User
from projects.models.keys import Scope

# Who asks: a person in a browser (or nobody yet), a person's token, or a project's key.
Principal = User | AnonymousUser | PersonalAccessToken | ApiKey

# What a role may do, a key or token may do when it has this scope (or `manage`, which includes it).
_SCOPE_OF_ROLE = {Role.VIEWER: Scope.READ}


class InsufficientScope(Problem):
    """Only ever raised for a project that the holder of the key or token knows of."""

    status_code = 403
    code = "insufficient_scope"
    title = "The key does not have the scope that this needs"


def has_scope(who: ApiKey | PersonalAccessToken, role: Role, scope: Scope | None = None) -> bool:
    """Whether a key or token may do what takes this role, by its scope or by `scope` in its place."""
    return bool({scope or _SCOPE_OF_ROLE.get(role, Scope.MANAGE), Scope.MANAGE} & set(who.scopes))


def projects_of(who: Principal, role: Role = Role.VIEWER, *, scope: Scope | None = None) -> QuerySet[Project]:
    """The projects on which `who` may act in `role`.

    A user acts through a membership, a personal access token as its user within its scopes, a key on its own project:
    `read` gives it the viewer's rights, `manage` those of an admin. `scope`: what it takes instead.
    """
    if isinstance(who, ApiKey):
        if not who.is_active or role == Role.OWNER or not has_scope(who, role, scope):
            return Project.objects.none()
        return Project.objects.filter(pk=who.project_id, deleted_at__isnull=True)
    if isinstance(who, PersonalAccessToken):
        return Project.objects.visible_to(who.user, role) if has_scope(who, role, scope) else Project.objects.none()
    return Project.objects.visible_to(who, role) if who.is_authenticated else Project.objects.none()


def get_project_for(
    who: Principal, project_id: uuid.UUID | str, role: Role = Role.VIEWER, *, scope: Scope | None = None
) -> Project:
    """The project, with its organization, when `who` may act on it in `role`. One query.

    Raises Http404, or InsufficientScope when `who` is a key or token that lacks only the scope.
    """
    project = projects_of(who, role, scope=scope).select_related("organization").filter(pk=_uuid(project_id)).first()
    if project is None:
        _blame_the_scope(who, project_id, role, scope)
        raise Http404
    return project


def get_organization_for(user: User, organization_id: uuid.UUID | str, role: Role = Role.VIEWER) -> Organization:
    """The organization, when the user has `role` or a more powerful one in it. Raises Http404."""
    organization = Organization.objects.visible_to(user, role).filter(pk=_uuid(organization_id)).first()
    if organization is None:
        raise Http404
    return organization


def _blame_the_scope(who: Principal, project_id: uuid.UUID | str, role: Role, scope: Scope | None) -> None:
    if isinstance(who, ApiKey):
        knows = who.is_active and who.project_id == _uuid(project_id)
    elif isinstance(who, PersonalAccessToken):
        knows = Project.objects.visible_to(who.user, role).filter(pk=_uuid(project_id)).exists()
    else:
        return
    if knows and not has_scope(who, role, scope):
        raise InsufficientScope(f"This needs the scope “{scope or _SCOPE_OF_ROLE.get(role, Scope.MANAGE)}”.")


def _uuid(value: uuid.UUID | str) -> uuid.UUID:
    try:
        return uuid.UUID(str(value))
    except ValueError:
        raise Http404 from None
