"""A fresh GeoIP database from MaxMind: download, verify, unpack, put in place."""

import base64
import hashlib
import os
import shutil
import tarfile
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import BinaryIO, NamedTuple

import maxminddb

MAXMIND = "https://download.maxmind.com"
TIMEOUT_S = 60
MAX_BYTES = 2 * 1024**3
_PIECE_BYTES = 1024 * 1024


class DownloadFailed(Exception):
    """What to tell the operator. Never holds the licence key."""


class Account(NamedTuple):
    """number: MaxMind's account id; "" for the older address, which takes the licence key alone."""

    number: str
    licence_key: str


def download(edition: str, account: Account, target: Path, *, base_url: str = MAXMIND) -> int:
    """Replace `target` at once by the newest database of `edition`; returns its size in bytes.

    The archive must have the SHA-256 that MaxMind publishes beside it, and hold a database that opens. Raises
    DownloadFailed, and then `target` is what it was.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        # In the target's directory: a rename is atomic only within a file system.
        with tempfile.TemporaryDirectory(prefix=".geoip-", dir=target.parent) as directory:
            archive, database = Path(directory) / "archive", Path(directory) / "database"
            with _open(_request(base_url, edition, account, "tar.gz.sha256")) as response:
                expected = response.read(1024).decode("ascii", "replace").partition(" ")[0].strip().lower()
            with _open(_request(base_url, edition, account, "tar.gz")) as response:
                found = _save(response, archive)
            if found != expected:
                raise DownloadFailed(f"the archive's SHA-256 is {found[:12]}…, MaxMind says {expected[:12]}…")
            _unpack(archive, database)
            size = database.stat().st_size
            os.chmod(database, 0o644)
            os.replace(database, target)
            return size
    except OSError as error:
        raise DownloadFailed(f"cannot write {target}: {error.strerror or error}") from error


def _request(base_url: str, edition: str, account: Account, suffix: str) -> urllib.request.Request:
    if not account.number:
        query = urllib.parse.urlencode({"edition_id": edition, "license_key": account.licence_key, "suffix": suffix})
        return urllib.request.Request(f"{base_url}/app/geoip_download?{query}")
    path = f"/geoip/databases/{urllib.parse.quote(edition)}/download?suffix={suffix}"
    request = urllib.request.Request(base_url + path)
    credentials = base64.b64encode(f"{account.number}:{account.licence_key}".encode()).decode()
    # Unredirected: MaxMind answers with the signed address of a storage service, which refuses (and must not see) this.
    request.add_unredirected_header("Authorization", f"Basic {credentials}")
    return request


def _open(request: urllib.request.Request) -> BinaryIO:
    try:
        return urllib.request.urlopen(request, timeout=TIMEOUT_S)
    except urllib.error.HTTPError as error:
        with error:
            if error.code in {401, 403}:
                raise DownloadFailed("MaxMind refused the account id or licence key") from None
            if error.code == 404:
                raise DownloadFailed("MaxMind knows no such edition") from None
            raise DownloadFailed(f"{request.host} answered {error.code}") from None
    except urllib.error.URLError as error:
        raise DownloadFailed(f"cannot reach {request.host}: {error.reason}") from None


def _save(response: BinaryIO, path: Path) -> str:
    """Write the body to `path`; its SHA-256 in hex."""
    digest, size = hashlib.sha256(), 0
    with path.open("wb") as file:
        while piece := response.read(_PIECE_BYTES):
            digest.update(piece)
            file.write(piece)
            size += len(piece)
            if size > MAX_BYTES:
                raise DownloadFailed(f"the archive is larger than {MAX_BYTES} bytes")
    return digest.hexdigest()


def _unpack(archive: Path, database: Path) -> None:
    """Only the database's bytes are taken from the archive, none of its paths."""
    try:
        with tarfile.open(archive, "r:gz") as tar:
            member = next((entry for entry in tar if entry.isfile() and entry.name.endswith(".mmdb")), None)
            source = tar.extractfile(member) if member else None
            if source is None:
                raise DownloadFailed("the archive holds no .mmdb file")
            with source, database.open("wb") as file:
                shutil.copyfileobj(source, file, _PIECE_BYTES)
        maxminddb.open_database(database).close()
    except (tarfile.TarError, EOFError, ValueError, maxminddb.InvalidDatabaseError) as error:
        raise DownloadFailed(f"the archive is not a good database: {error}") from error
