"""A project's own rules, compiled: countries and pages to keep out, hostnames to keep in."""

import re
from functools import lru_cache

from tracking.pipeline.enrichment.location import Location, display_host
from tracking.project_settings import Screening
from tracking.reasons import Reason


class Rules:
    """`needs_country`: only then is it worth finding out."""

    def __init__(self, screening: Screening) -> None:
        self.countries = frozenset(country.strip().upper() for country in screening.countries)
        self.needs_country = bool(self.countries)
        self._pages = _one_of(screening.pages)
        self._hostnames = _one_of(tuple(display_host(hostname.strip()) for hostname in screening.hostnames))

    def refuses(self, location: Location, country: str) -> tuple[Reason, str] | None:
        """The reason and what it was about; None when the event counts."""
        if country in self.countries:
            return Reason.COUNTRY, country
        # The path alone decides: a kept query parameter must not smuggle a hidden page in.
        if self._pages and self._pages.fullmatch(location.path.partition("?")[0]):
            return Reason.PAGE, location.path
        if not self.counts_host(location.hostname):
            return Reason.HOSTNAME, location.hostname
        return None

    def counts_host(self, hostname: str) -> bool:
        """hostname: as `display_host` makes it."""
        return self._hostnames is None or bool(self._hostnames.fullmatch(hostname))


@lru_cache(maxsize=1_024)
def rules_of(screening: Screening) -> Rules | None:
    """None when the project has no rules that the pipeline judges by (networks are the web process's)."""
    return Rules(screening) if screening.countries or screening.pages or screening.hostnames else None


def _one_of(patterns: tuple[str, ...]) -> re.Pattern[str] | None:
    """`*` stands for any text, also an empty one: `/admin*` is /admin and all below it."""
    texts = [_expression(pattern) for pattern in patterns if pattern]
    return re.compile("|".join(texts), re.DOTALL) if texts else None


def _expression(pattern: str) -> str:
    first, *rest = (re.escape(part) for part in pattern.split("*"))
    if not rest:
        return first
    # The first place where a part between two stars fits is as good as any other: atomic, so that no path, however it
    # is made, has the stars tried in all combinations.
    return first + "".join(f"(?>.*?{part})" for part in rest[:-1]) + f".*{rest[-1]}"
