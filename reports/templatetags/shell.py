"""What the frame of every page needs to know, asked only by pages that show it."""

from django import template
from django.template import Context

from projects import listing

register = template.Library()


@register.simple_tag(takes_context=True)
def project_switcher(context: Context) -> listing.Choice:
    """The user's first projects. One query."""
    return listing.menu(context["request"].user)
