"""How a word stands in a sentence."""

from django import template
from django.utils.translation import get_language

register = template.Library()


@register.filter
def within_a_sentence(label: object) -> str:
    """A label that is not at the start: English writes it small, German keeps its capitals."""
    return str(label) if get_language() == "de" else str(label).lower()
