"""Who may have what exported."""

from django.db.models import QuerySet

from projects.access import Principal, projects_of
from projects.models import PersonalAccessToken, Project, Role, User
from reports.models import Export, ExportKind


def role_for(kind: str) -> Role:
    """Statistics and events are what every member may read. The whole project has its settings and quarantine too."""
    return Role.ADMIN if kind == ExportKind.PROJECT else Role.VIEWER


def person_of(who: Principal) -> User | None:
    """Nobody behind a project's key."""
    if isinstance(who, PersonalAccessToken):
        return who.user
    return who if isinstance(who, User) else None


def may_delete(export: Export, who: Principal) -> bool:
    """Who asked for it, and editors and above. That `who` may see it is known by now."""
    person = person_of(who)
    if person is not None and export.requested_by_id == person.pk:
        return True
    return projects_of(who, Role.EDITOR).filter(pk=export.project_id).exists()


def visible(project: Project, who: Principal) -> QuerySet[Export]:
    """The project's exports that `who` may fetch."""
    found = Export.objects.filter(project=project).select_related("requested_by")
    if projects_of(who, Role.ADMIN).filter(pk=project.pk).exists():
        return found
    return found.exclude(kind=ExportKind.PROJECT)
