"""What a caller of the management API may do besides acting on one project."""

from django.contrib.auth.models import AnonymousUser
from rest_framework.exceptions import NotAuthenticated, PermissionDenied
from rest_framework.request import Request

from projects.access import InsufficientScope, has_scope
from projects.authentication import who
from projects.models import ApiKey, PersonalAccessToken, Role, User


def person(request: Request, role: Role) -> User:
    """The user who calls, in person or by a token that has the scope for `role`.

    Raises PermissionDenied for a project's key, which acts on its project alone, and InsufficientScope.
    """
    caller = who(request)
    if isinstance(caller, ApiKey):
        raise PermissionDenied("An API key acts on its own project alone: use a personal access token.")
    if isinstance(caller, PersonalAccessToken):
        if not has_scope(caller, role):
            raise InsufficientScope
        return caller.user
    if isinstance(caller, AnonymousUser):
        raise NotAuthenticated
    return caller
