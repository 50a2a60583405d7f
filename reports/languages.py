"""Languages by their tags, in the language of the page."""

from functools import lru_cache

from babel import Locale, UnknownLocaleError
from django.utils.translation import get_language


def name_of(tag: str) -> str:
    """`pt-BR` -> Portuguese (Brazil); what is no tag, or of no known language, as it is."""
    return _name(tag, get_language() or "en")


def names() -> dict[str, str]:
    """Of languages without a region: tag -> name."""
    found = Locale.parse(get_language() or "en", sep="-").languages
    return {tag: name for tag, name in found.items() if tag.isalpha()}


@lru_cache(maxsize=4096)
def _name(tag: str, language: str) -> str:
    try:
        return Locale.parse(tag, sep="-").get_display_name(language) or tag
    except (UnknownLocaleError, ValueError):
        return tag
