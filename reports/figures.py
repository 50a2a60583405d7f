"""Numbers as people read them, in the language of the page."""

from collections.abc import Callable
from functools import cache

from babel import Locale
from babel.numbers import format_compact_currency, format_currency
from django.utils.formats import number_format
from django.utils.translation import get_language, gettext

MINUS = "−"
ENGLISH = "en"
_SIZES = (1_000_000_000, 1_000_000, 1_000)
# Shorter than what CLDR has: a column of numbers is narrow.
_ENGLISH_SUFFIXES = {1_000_000_000: "B", 1_000_000: "M", 1_000: "k"}


def decimal(value: float, decimals: int = 0) -> str:
    """1,234.5: grouped, rounded, without zeros at the end."""
    rounded = round(value, decimals)
    return number_format(int(rounded) if rounded == int(rounded) else rounded, force_grouping=True)


def count(value: float) -> str:
    """1,234; from a million on 1.2M."""
    return compact(value) if value >= 1_000_000 else decimal(value)


def compact(value: float) -> str:
    """999; 1.2k; 12.3k; 123k; 1.2M. In a language that writes thousands out: 12.345; 1,2 Mio."""
    for size in _SIZES:
        suffix = _suffix(size, get_language() or ENGLISH)
        # 999,500 is a million here, not "1000k".
        if suffix and value >= size * 0.9995:
            scaled = value / size
            return decimal(scaled, 0 if scaled >= 99.95 else 1) + suffix
    return decimal(value)


def percent(value: float) -> str:
    """12%; below ten 3.4%; what is there but tiny: <0.1%."""
    if 0 < value < 0.1:
        return "<" + _with_percent_sign(decimal(0.1, 1))
    return _with_percent_sign(decimal(value, 0 if value >= 10 or value == 0 else 1))


def duration(seconds: float) -> str:
    """45s; 3m 05s; 1h 02m."""
    whole = round(seconds)
    if whole < 60:
        return gettext("%(seconds)ss") % {"seconds": whole}
    if whole < 3600:
        return gettext("%(minutes)sm %(seconds)ss") % {"minutes": whole // 60, "seconds": f"{whole % 60:02d}"}
    return gettext("%(hours)sh %(minutes)sm") % {"hours": whole // 3600, "minutes": f"{whole % 3600 // 60:02d}"}


def ratio(value: float) -> str:
    return decimal(value, 2 if value < 100 else 0)


def amount(value: float) -> str:
    """1,234.5: of a currency that is not said."""
    return decimal(value, 2)


def money(value: float, currency: str) -> str:
    """€1,234; below a thousand with its cents, if any: €9.90; from a million on €1.2M. currency: by its three letters;
    "" where it is not known."""
    if not currency:
        return amount(value)
    locale = Locale.parse(get_language() or ENGLISH, sep="-")
    if abs(value) >= 1_000_000:
        return format_compact_currency(value, currency, locale=locale, fraction_digits=1)
    if abs(value) < 1000 and value != round(value):
        return format_currency(value, currency, locale=locale)
    whole = locale.currency_formats["standard"].pattern.replace("0.00", "0")
    return format_currency(round(value), currency, format=whole, locale=locale, currency_digits=False)


FORMATS: dict[str, Callable[[float], str]] = {
    "count": count,
    "percent": percent,
    "seconds": duration,
    "ratio": ratio,
    "amount": amount,
}


def figure(value: float | None, unit: str) -> str:
    """A metric's value in its unit; a dash where it has none."""
    return "–" if value is None else FORMATS[unit](value)


def signed_percent(value: int) -> str:
    """+12%; −3%; 0%."""
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{_with_percent_sign(decimal(abs(value)))}"


def _with_percent_sign(number: str) -> str:
    return gettext("%(number)s%%") % {"number": number}


@cache
def _suffix(size: int, language: str) -> str:
    """What stands for thousands, millions or billions; "" where they are written out."""
    if language == ENGLISH:
        return _ENGLISH_SUFFIXES[size]
    pattern = Locale.parse(language, sep="-").compact_decimal_formats["short"]["other"][str(size)]
    return pattern.suffix[0].replace("'", "")
