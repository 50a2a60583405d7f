"""Pages with * for anything in their path, as the regular expression that finds them, and back."""

import re

ANYTHING = ".*"
# What PostgreSQL takes for more than itself.
_SPECIAL = re.compile(r"([\\.^$|()\[\]{}*+?])")
_OURS = re.compile(r"\^((?:\.\*|\\[\\.^$|()\[\]{}*+?]|[^\\.^$|()\[\]{}*+?])+)\$", re.DOTALL)


def pattern_of(path: str) -> str:
    r"""/blog/* is ^/blog/.*$ and /a.b is ^/a\.b$."""
    literal = (_SPECIAL.sub(r"\\\1", part) for part in path.split("*"))
    return f"^{ANYTHING.join(literal)}$"


def path_of(pattern: str) -> str:
    """The path of which pattern_of() makes this pattern; "" of any other pattern."""
    found = _OURS.fullmatch(pattern)
    if not found:
        return ""
    path = "".join("*" if each == ANYTHING else each[-1] for each in re.findall(r"\.\*|\\.|.", found[1], re.DOTALL))
    return path if pattern_of(path) == pattern else ""
