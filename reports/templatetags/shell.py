"""What the frame of every page needs to know, asked only by pages that show it."""

from itertools import groupby

from django import template
from django.template import Context

from projects.models import Organization, Project

register = template.Library()
# A menu is for choosing from: whoever has more projects finds the others on the page of all.
MOST_PROJECTS = 50


@register.simple_tag(takes_context=True)
def project_switcher(context: Context) -> list[tuple[Organization, list[Project]]]:
    """The user's projects by organization, both by name. One query; empty for a visitor without a login."""
    projects = Project.objects.visible_to(context["request"].user).select_related("organization")
    by_organization = projects.order_by("organization__name", "organization_id", "name")
    groups = groupby(by_organization[:MOST_PROJECTS], lambda project: project.organization)
    return [(organization, list(group)) for organization, group in groups]
