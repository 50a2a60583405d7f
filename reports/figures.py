"""Numbers as people read them."""

from collections.abc import Callable

MINUS = "−"


def count(value: float) -> str:
    """1,234; from a million on 1.2M."""
    if value >= 1_000_000:
        return compact(value)
    return f"{value:,.0f}"


def compact(value: float) -> str:
    """999; 1.2k; 12.3k; 123k; 1.2M."""
    for size, suffix in ((1_000_000_000, "B"), (1_000_000, "M"), (1_000, "k")):
        # 999,500 is a million here, not "1000k".
        if value >= size * 0.9995:
            scaled = value / size
            return f"{scaled:.0f}{suffix}" if scaled >= 99.95 else f"{scaled:.1f}".removesuffix(".0") + suffix
    return f"{value:.0f}"


def percent(value: float) -> str:
    """12%; below ten 3.4%; what is there but tiny: <0.1%."""
    if 0 < value < 0.1:
        return "<0.1%"
    return f"{value:.0f}%" if value >= 10 or value == 0 else f"{value:.1f}".removesuffix(".0") + "%"


def duration(seconds: float) -> str:
    """45s; 3m 05s; 1h 02m."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole}s"
    if whole < 3600:
        return f"{whole // 60}m {whole % 60:02d}s"
    return f"{whole // 3600}h {whole % 3600 // 60:02d}m"


def ratio(value: float) -> str:
    return f"{value:.2f}".removesuffix("0").removesuffix(".0") if value < 100 else f"{value:.0f}"


FORMATS: dict[str, Callable[[float], str]] = {
    "count": count,
    "percent": percent,
    "seconds": duration,
    "ratio": ratio,
}


def figure(value: float | None, unit: str) -> str:
    """A metric's value in its unit; a dash where it has none."""
    return "–" if value is None else FORMATS[unit](value)


def signed_percent(value: int) -> str:
    """+12%; −3%; 0%."""
    return f"{'+' if value > 0 else MINUS if value < 0 else ''}{abs(value):,}%"
