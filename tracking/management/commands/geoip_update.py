"""`manage.py geoip_update`: a fresh GeoLite2 (or GeoIP2) database at GEOIP_PATH. Running processes notice it."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from analytics_pulse import env
from tracking.geo_download import MAXMIND, Account, DownloadFailed, download


class Command(BaseCommand):
    help = "Download a MaxMind database to GEOIP_PATH. Needs a (free) licence key: https://www.maxmind.com/en/geolite2/signup"
    # GEOIP_PATH may name a file that is still to come.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--edition", default="GeoLite2-City", help="such as GeoLite2-Country or GeoIP2-City")
        parser.add_argument("--account-id", default="", help="else MAXMIND_ACCOUNT_ID")
        parser.add_argument(
            "--licence-key",
            default="",
            help="else MAXMIND_LICENSE_KEY or MAXMIND_LICENSE_KEY_FILE, which `ps` cannot see",
        )
        parser.add_argument("--url", default=MAXMIND, help="the server to ask, for a mirror")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.GEOIP_PATH:
            raise CommandError("set GEOIP_PATH to where the database shall be, e.g. /var/lib/GeoLite2-City.mmdb")
        account = Account(
            number=options["account_id"] or env.optional("MAXMIND_ACCOUNT_ID") or "",
            licence_key=options["licence_key"] or env.optional("MAXMIND_LICENSE_KEY") or "",
        )
        if not account.licence_key:
            raise CommandError("set MAXMIND_LICENSE_KEY (and MAXMIND_ACCOUNT_ID), or give --licence-key")
        target = Path(settings.GEOIP_PATH)
        try:
            size = download(options["edition"], account, target, base_url=options["url"].rstrip("/"))
        except DownloadFailed as error:
            raise CommandError(f"{options['edition']}: {error}") from error
        self.stdout.write(f"{target}: {options['edition']}, {size / 1_000_000:.1f} MB")
