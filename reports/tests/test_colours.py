"""The colours of the design system meet WCAG 2.2 AA, in the light and in the dark."""

import re
from pathlib import Path

import pytest
from django.conf import settings

TOKENS = (Path(settings.BASE_DIR) / "static" / "css" / "tokens.css").read_text()
COLOURS = dict(re.findall(r"--([a-z-]+): light-dark\((#[0-9a-f]{6}, #[0-9a-f]{6})\)", TOKENS))
SURFACES = ("canvas", "surface", "surface-raised", "surface-sunken", "hover")
TEXT = 4.5
PAIRS = [
    *((text, surface) for text in ("ink", "ink-soft", "ink-faint") for surface in SURFACES),
    *((text, surface) for text in ("accent", "ok", "warn", "error") for surface in SURFACES[:3]),
    ("ink", "bar"),
    ("ink", "bar-hover"),
    ("ink-faint", "bar"),
    ("accent-ink", "accent"),
    ("accent-ink", "accent-strong"),
    ("accent", "accent-wash"),
    *((tone, f"{tone}-wash") for tone in ("ok", "warn", "error")),
    *(("ink", f"{tone}-wash") for tone in ("accent", "ok", "warn", "error")),
]


def luminance(colour: str) -> float:
    channels = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (((each + 0.055) / 1.055) ** 2.4 if each > 0.04045 else each / 12.92 for each in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("scheme", [0, 1], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "surface"), PAIRS)
def test_text_is_readable_on_its_surface(text, surface, scheme):
    dark, light = sorted(luminance(COLOURS[name].split(", ")[scheme]) for name in (text, surface))
    assert (light + 0.05) / (dark + 0.05) >= TEXT
