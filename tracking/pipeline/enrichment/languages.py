"""Language tags as browsers and servers write them -> one spelling."""

from functools import lru_cache

MAX_CHARS = 35  # what RFC 5646 says is enough


@lru_cache(maxsize=1_024)
def normalise_language(text: str) -> str:
    """ "en_gb" and "EN-GB,en;q=0.9" -> "en-GB"; "zh-hant-tw" -> "zh-Hant-TW"; "" for what is not a language tag."""
    first = text.partition(",")[0].partition(";")[0].strip().replace("_", "-")[:MAX_CHARS]
    language, *rest = first.split("-")
    if not (language.isascii() and language.isalpha() and 2 <= len(language) <= 8):
        return ""
    return "-".join([language.lower(), *(_subtag(part) for part in rest if part.isascii() and part.isalnum())])


def _subtag(part: str) -> str:
    if len(part) == 4 and part.isalpha():
        return part.title()
    return part.upper() if len(part) == 2 else part.lower()
