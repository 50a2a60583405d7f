"""WHO: users, organizations and their members, projects and their keys."""

from projects.models.keys import ApiKey, PersonalAccessToken
from projects.models.organizations import Invitation, Membership, Organization, Role
from projects.models.projects import IdentityMode, Project
from projects.models.users import User

__all__ = [
    "ApiKey",
    "IdentityMode",
    "Invitation",
    "Membership",
    "Organization",
    "PersonalAccessToken",
    "Project",
    "Role",
    "User",
]
