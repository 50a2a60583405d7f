"""The country of a browser's time zone: the fallback where neither GeoIP nor a CDN knows the place.

Read from the zone.tab and the links of the tzdata package, so that old names (Asia/Calcutta, US/Eastern) count too.
"""

from functools import cache
from importlib import resources

# Links whose target lies in another country: the zones were merged because their clocks agree.
_MERGED_ABROAD = {
    "Africa/Asmera": "ER",
    "Africa/Timbuktu": "ML",
    "America/Coral_Harbour": "CA",
    "America/Virgin": "VI",
    "Antarctica/South_Pole": "AQ",
    "Atlantic/Jan_Mayen": "SJ",
    "Iceland": "IS",
    "Pacific/Johnston": "UM",
    "Pacific/Ponape": "FM",
    "Pacific/Truk": "FM",
    "Pacific/Yap": "FM",
}
# Clocks of many countries.
_NOWHERE = {"CET", "EET", "EST", "HST", "MET", "MST", "WET", "CST6CDT", "EST5EDT", "MST7MDT", "PST8PDT"}


def country_of_timezone(timezone: str) -> str:
    """ISO 3166 alpha-2, or "" for UTC, fixed offsets and names that nobody knows."""
    return _countries().get(timezone, "")


@cache
def _countries() -> dict[str, str]:
    directory = resources.files("tzdata") / "zoneinfo"
    countries = {}
    for line in (directory / "zone.tab").read_text(encoding="utf-8").splitlines():
        if not line.startswith("#"):
            country, _, zone = line.split("\t")[:3]
            countries[zone] = country
    for line in (directory / "tzdata.zi").read_text(encoding="utf-8").splitlines():
        if line.startswith("L "):
            _, target, alias = line.split()
            if target in countries and alias not in _NOWHERE:
                countries.setdefault(alias, countries[target])
    return countries | _MERGED_ABROAD
