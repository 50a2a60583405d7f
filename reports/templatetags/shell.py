"""What the frame of every page needs to know, asked only by pages that show it."""

from itertools import groupby

from django import template
from django.template import Context

from projects.models import Organization, Project

register = template.Library()


@register.simple_tag(takes_context=True)
def project_switcher(context: Context) -> list[tuple[Organization, list[Project]]]:
    """The user's projects by organization, both by name. One query; empty for a visitor without a login."""
    user = context["request"].user
    projects = (
        Project.objects.visible_to(user)
        .select_related("organization")
        .order_by("organization__name", "organization_id", "name")
    )
    return [
        (organization, list(group)) for organization, group in groupby(projects, lambda project: project.organization)
    ]
