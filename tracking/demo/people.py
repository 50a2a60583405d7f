"""Who comes: from which place, with which device."""

from random import Random
from typing import NamedTuple

from tracking.demo.choice import Choice

_WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)"
_APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"


class Home(NamedTuple):
    country: str
    region: str
    city: str
    timezone: str
    utc_offset_h: float
    language: str


class Device(NamedTuple):
    user_agent: str
    screen: tuple[int, int]
    viewport: tuple[int, int]


class Person(NamedTuple):
    home: Home
    device: Device


def _homes() -> Choice[Home]:
    rows = """
    9 US California|San_Francisco America/Los_Angeles -8 en-US
    5 US California|Los_Angeles America/Los_Angeles -8 en-US
    8 US New_York|New_York America/New_York -5 en-US
    4 US Texas|Austin America/Chicago -6 en-US
    3 US Illinois|Chicago America/Chicago -6 en-US
    3 US Washington|Seattle America/Los_Angeles -8 en-US
    2 US Massachusetts|Boston America/New_York -5 en-US
    9 GB England|London Europe/London 0 en-GB
    2 GB England|Manchester Europe/London 0 en-GB
    1.4 GB Scotland|Edinburgh Europe/London 0 en-GB
    5 DE Berlin|Berlin Europe/Berlin 1 de-DE
    3 DE Bavaria|Munich Europe/Berlin 1 de-DE
    2.4 DE Hamburg|Hamburg Europe/Berlin 1 de-DE
    1 DE Hesse|Frankfurt_am_Main Europe/Berlin 1 en-US
    5 FR Île-de-France|Paris Europe/Paris 1 fr-FR
    1.4 FR Auvergne-Rhône-Alpes|Lyon Europe/Paris 1 fr-FR
    3 NL North_Holland|Amsterdam Europe/Amsterdam 1 nl-NL
    1 NL Utrecht|Utrecht Europe/Amsterdam 1 nl-NL
    3.4 CA Ontario|Toronto America/Toronto -5 en-CA
    1.6 CA British_Columbia|Vancouver America/Vancouver -8 en-CA
    1 CA Quebec|Montreal America/Toronto -5 fr-CA
    4 IN Karnataka|Bengaluru Asia/Kolkata 5.5 en-IN
    2.4 IN Maharashtra|Mumbai Asia/Kolkata 5.5 en-IN
    1.4 IN Delhi|New_Delhi Asia/Kolkata 5.5 en-IN
    2.2 AU New_South_Wales|Sydney Australia/Sydney 11 en-AU
    1.4 AU Victoria|Melbourne Australia/Melbourne 11 en-AU
    2 ES Madrid|Madrid Europe/Madrid 1 es-ES
    1 ES Catalonia|Barcelona Europe/Madrid 1 es-ES
    1.6 IT Lombardy|Milan Europe/Rome 1 it-IT
    1.8 SE Stockholm|Stockholm Europe/Stockholm 1 sv-SE
    1.6 CH Zurich|Zurich Europe/Zurich 1 de-CH
    1.2 AT Vienna|Vienna Europe/Vienna 1 de-AT
    1.6 PL Mazovia|Warsaw Europe/Warsaw 1 pl-PL
    2.4 BR São_Paulo|São_Paulo America/Sao_Paulo -3 pt-BR
    1.4 MX Mexico_City|Mexico_City America/Mexico_City -6 es-MX
    2.2 JP Tokyo|Tokyo Asia/Tokyo 9 ja-JP
    1.4 SG |Singapore Asia/Singapore 8 en-SG
    1 KR Seoul|Seoul Asia/Seoul 9 ko-KR
    1 DK Capital_Region|Copenhagen Europe/Copenhagen 1 da-DK
    1 NO Oslo|Oslo Europe/Oslo 1 nb-NO
    0.8 FI Uusimaa|Helsinki Europe/Helsinki 2 fi-FI
    0.9 IE Leinster|Dublin Europe/Dublin 0 en-IE
    0.8 PT Lisbon|Lisbon Europe/Lisbon 0 pt-PT
    0.8 ZA Western_Cape|Cape_Town Africa/Johannesburg 2 en-ZA
    0.7 NG Lagos|Lagos Africa/Lagos 1 en-NG
    0.6 KE Nairobi|Nairobi Africa/Nairobi 3 en-KE
    0.7 NZ Auckland|Auckland Pacific/Auckland 13 en-NZ
    0.6 UA Kyiv|Kyiv Europe/Kyiv 2 uk-UA
    0.6 CZ Prague|Prague Europe/Prague 1 cs-CZ
    0.5 AR Buenos_Aires|Buenos_Aires America/Argentina/Buenos_Aires -3 es-AR
    """
    weighted = []
    for row in rows.strip().splitlines():
        weight, country, place, timezone, offset, language = row.split()
        region, city = place.replace("_", " ").split("|")
        weighted.append((float(weight), Home(country, region, city, timezone, float(offset), language)))
    return Choice(weighted)


def _chrome(system: str, end: str = "") -> tuple[tuple[float, str], ...]:
    """The versions of three months, the newest most often."""
    return tuple(
        (weight, f"Mozilla/5.0 ({system}) {_WEBKIT} Chrome/{version}.0.0.0 {end}Safari/537.36")
        for weight, version in ((3, 141), (2, 140), (0.6, 139))
    )


def _devices() -> Choice[Device]:
    windows, mac = "Windows NT 10.0; Win64; x64", "Macintosh; Intel Mac OS X 10_15_7"
    wide, laptop, retina = (2560, 1440), (1536, 864), (1440, 900)
    full_hd, phone, iphone, pixel, ipad = (1920, 1080), (360, 800), (390, 844), (412, 915), (820, 1180)
    kinds: list[tuple[float, tuple[int, int], tuple[tuple[float, str], ...]]] = [
        (11, full_hd, _chrome(windows)),
        (5, laptop, _chrome(windows)),
        (9, retina, _chrome(mac)),
        (4, wide, _chrome(mac)),
        (2, full_hd, _chrome("X11; Linux x86_64")),
        (0.8, (1366, 768), _chrome("X11; CrOS x86_64 14541.0.0")),
        (3, full_hd, tuple((weight, f"{text} Edg/141.0.0.0") for weight, text in _chrome(windows)[:1])),
        (6, retina, ((1, f"Mozilla/5.0 ({mac}) {_APPLE} Version/18.5 Safari/605.1.15"),)),
        (2, wide, ((1, f"Mozilla/5.0 ({mac}) {_APPLE} Version/17.6 Safari/605.1.15"),)),
        (2.2, full_hd, ((1, f"Mozilla/5.0 ({windows}; rv:143.0) Gecko/20100101 Firefox/143.0"),)),
        (1.4, retina, ((1, "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:143.0) Gecko/20100101 Firefox/143.0"),)),
        (1.2, full_hd, ((1, "Mozilla/5.0 (X11; Ubuntu; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0"),)),
        (0.8, full_hd, tuple((weight, f"{text} OPR/122.0.0.0") for weight, text in _chrome(windows)[:1])),
        (14, iphone, ((1, _iphone("18_5", "Version/18.5 Mobile/15E148 Safari/604.1")),)),
        (5, (430, 932), ((1, _iphone("17_6", "Version/17.6 Mobile/15E148 Safari/604.1")),)),
        (2, iphone, ((1, _iphone("18_5", "CriOS/141.0.7390.41 Mobile/15E148 Safari/604.1")),)),
        (13, pixel, _chrome("Linux; Android 10; K", "Mobile ")),
        (4, phone, _chrome("Linux; Android 10; K", "Mobile ")),
        (2.2, phone, ((1, f"{_android('SM-S918B')} SamsungBrowser/28.0 Chrome/130.0.0.0 Mobile Safari/537.36"),)),
        (0.6, pixel, ((1, "Mozilla/5.0 (Android 15; Mobile; rv:143.0) Gecko/143.0 Firefox/143.0"),)),
        (
            2,
            ipad,
            ((1, f"Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) {_APPLE} Version/17.6 Mobile/15E148 Safari/604.1"),),
        ),
        (0.7, (800, 1280), _chrome("Linux; Android 10; K")),
    ]
    return Choice(
        (weight * share / sum(other for other, _ in agents), Device(agent, screen, _viewport(screen)))
        for weight, screen, agents in kinds
        for share, agent in agents
    )


def _iphone(version: str, end: str) -> str:
    return f"Mozilla/5.0 (iPhone; CPU iPhone OS {version} like Mac OS X) {_APPLE} {end}"


def _android(model: str) -> str:
    return f"Mozilla/5.0 (Linux; Android 14; {model}) {_WEBKIT}"


def _viewport(screen: tuple[int, int]) -> tuple[int, int]:
    width, height = screen
    return width, height - (140 if width > 1000 else 110)


_HOMES, _DEVICES = _homes(), _devices()

# What is sent by nobody: it is set aside, and shows in the quarantine.
BOTS = Choice(
    [
        (4, "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
        (2, f"Mozilla/5.0 {_WEBKIT}; compatible; GPTBot/1.2; +https://openai.com/gptbot"),
        (2, "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)"),
        (1, "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)"),
    ]
)


def a_person(rng: Random) -> Person:
    return Person(_HOMES.pick(rng), _DEVICES.pick(rng))
