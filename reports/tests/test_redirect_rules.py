"""Redirect rules are of anybody's addresses: none gets out of its rule, which real servers are asked about."""

import csv
import http.client
import io
import shutil
import socket
import subprocess
import time
from pathlib import Path
from urllib.parse import quote, unquote

import pytest

from reports.broken_pages.redirects import FORMATS, Redirect, is_target, rules

HOSTILE = [
    "/old",
    "/with space",
    '/quote"} location / { return 200 "mine"; } #',
    "/apostrophe'; return 200;",
    "/back\\slash\\",
    "/$uri/${HOME}/%{REMOTE_ADDR}",
    "/.*(a+)+[b-c]{2}|^$?",
    "/:splat/*",
    "/# comment",
    "/café/日本",
    "/percent%41",
    "/semi;colon,comma&and=equals",
    "/<script>",
]
REDIRECTS = [Redirect(quote(path), f"/new/{number}?a=1&b=2") for number, path in enumerate(HOSTILE)]
NEW = {path: f"/new/{number}?a=1&b=2" for number, path in enumerate(HOSTILE)}
NEAR = ["/", "/oldx", "/old/er", "/xold", "/a", "/mine", "/with"]


def written(name: str) -> str:
    return FORMATS[name].write(rules(REDIRECTS))


def test_hosts_get_three_words_a_line_without_placeholders():
    lines = written("netlify").splitlines()
    assert {unquote(source): (target, status) for source, target, status in map(str.split, lines)} == {
        path: (target, "301") for path, target in NEW.items()
    }
    assert not any(character in line for line in lines for character in "*:#\"'")


def test_the_table_has_a_row_a_redirect():
    rows = list(csv.DictReader(io.StringIO(written("csv"))))
    assert {unquote(row["from"]): row["to"] for row in rows} == NEW


@pytest.mark.parametrize("path", ["/line%0Abreak", "/nul%00", "/%ff%fe", "/esc%1b[1m", "old", ""])
def test_what_no_rule_can_say_is_left_out(path):
    assert rules([Redirect(path, "/new")]) == []


def test_each_path_has_one_rule_and_none_leads_to_itself():
    found = rules([Redirect("/a?x=1", "/b"), Redirect("/a", "/c"), Redirect("/%61", "/d"), Redirect("/e", "/e")])
    assert [(each.path, each.target) for each in found] == [("/a", "/b")]


@pytest.mark.parametrize("target", ["/", "/new?a=1", "https://other.example", "http://other.example:8080/a%20b?c=d"])
def test_a_path_or_an_address_can_be_redirected_to(target):
    assert is_target(target)
    assert [each.target for each in rules([Redirect("/old", target)])] == [target]


@pytest.mark.parametrize(
    "target",
    [
        "",
        "new",
        "//other.example",
        "/\\other",
        "javascript:alert(1)",
        "/a b",
        "/a\n",
        "/a#b",
        "https://a@b/",
        "/" * 2049,
    ],
)
def test_nothing_else_can(target):
    assert not is_target(target)


# --- Real servers ---------------------------------------------------------------------------------------------------
def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def nginx(folder: Path, port: int) -> list[str]:
    (folder / "nginx.conf").write_text(
        f"daemon off; pid {folder}/pid; error_log stderr; events {{}} http {{ access_log off;"
        + "".join(
            f" {name}_temp_path {folder}/{name};" for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
        )
        + f" server {{ listen 127.0.0.1:{port}; absolute_redirect off; include {folder}/rules; }} }}"
    )
    return ["nginx", "-e", "stderr", "-c", f"{folder}/nginx.conf"]


def apache(folder: Path, port: int) -> list[str]:
    modules = Path(shutil.which("apache2") or "").parent.parent / "lib/apache2/modules"
    loaded = "".join(
        f'LoadModule {name}_module "{modules}/mod_{name}.so"\n' for name in ("mpm_event", "authz_core", "alias")
    )
    (folder / "apache.conf").write_text(
        f'{loaded}ServerName localhost\nListen 127.0.0.1:{port}\nPidFile "{folder}/pid"\nErrorLog /dev/stderr\n'
        f'DefaultRuntimeDir "{folder}"\nDocumentRoot "{folder}"\nInclude "{folder}/rules"\n'
    )
    return ["apache2", "-X", "-f", f"{folder}/apache.conf"]


@pytest.mark.parametrize(("name", "server"), [("nginx", nginx), ("apache", apache)], ids=["nginx", "apache"])
def test_a_real_server_redirects_these_pages_and_no_others(tmp_path, name, server):
    if not shutil.which({"apache": "apache2"}.get(name, name)):
        pytest.skip(f"{name} is not installed")
    (tmp_path / "rules").write_text(written(name))
    port = free_port()
    with subprocess.Popen(server(tmp_path, port)) as running:
        try:
            assert {path: answer(port, path) for path in HOSTILE} == {
                path: (301, target) for path, target in NEW.items()
            }
            assert {path: answer(port, path) for path in NEAR} == dict.fromkeys(NEAR, (404, None))
        finally:
            running.terminate()


def answer(port: int, path: str) -> tuple[int, str | None]:
    """Status, and the path that it leads to."""
    for _attempt in range(100):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            connection.request("GET", quote(path))
            response = connection.getresponse()
        except ConnectionRefusedError:
            time.sleep(0.05)
        else:
            location = response.getheader("Location")
            return response.status, location and location.removeprefix(f"http://127.0.0.1:{port}")
        finally:
            connection.close()
    raise AssertionError("the server did not start")
