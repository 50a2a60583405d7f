"""A web site with the tag in its pages, and the server that its tracker sends to, which takes down what it is sent.

The site is http://127.0.0.1:PORT and the tracker's server http://localhost:PORT: two origins, as in real life.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tracking.script import SCRIPT

TRACK = "/api/v1/track/batch"
KEY = "ap_pub_" + "0" * 32
RECEIPT = json.dumps({"status": "accepted", "processed": 1, "failed": 0, "event_ids": [], "errors": []})


@dataclass(frozen=True)
class Sent:
    """One POST of the tracker. status: what it was answered."""

    headers: dict[str, str]
    body: dict[str, Any]
    status: int

    @property
    def events(self) -> list[dict[str, Any]]:
        return self.body["events"]


@dataclass
class VisitedSite:
    """answers: (status, headers) of the next POSTs; 202 when there are none left. html: a page's body by its path."""

    port: int = 0
    tag_attributes: str = ""
    has_tag: bool = True
    html: dict[str, str] = field(default_factory=dict)
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    sent: list[Sent] = field(default_factory=list)
    preflights: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def tag(self) -> str:
        source = f"http://localhost:{self.port}/pulse.js"
        return f'<script defer src="{source}" data-key="{KEY}" {self.tag_attributes}></script>'

    @property
    def events(self) -> list[dict[str, Any]]:
        """Those that were accepted, in the order of arrival."""
        return [event for post in list(self.sent) if post.status == 202 for event in post.events]

    def paths(self) -> list[str]:
        """Of the accepted pageviews."""
        return [event["url"].removeprefix(self.url) for event in self.events if event["event_type"] == "pageview"]

    def document(self, path: str) -> str:
        body = self.html.get(path, "<h1>A page</h1>")
        tag = self.tag if self.has_tag else ""
        return f"<!doctype html><title>Page {path}</title>{tag}<body>{body}</body>"


def eventually(condition: Callable[[], bool], within_s: float = 6) -> bool:
    """Whether it becomes true in time. For use while no Playwright call has to run."""
    deadline = time.monotonic() + within_s
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return condition()


@contextmanager
def visited_site() -> Iterator[VisitedSite]:
    site = VisitedSite()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *_: Any) -> None:
            pass

        def answer(self, status: int, body: bytes, content_type: str, **headers: str) -> None:
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                self.send_header(name.replace("_", "-"), value)
            self.end_headers()
            self.wfile.write(body)

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/pulse.js":
                self.answer(200, SCRIPT.read_bytes(), "text/javascript")
            elif path == "/favicon.ico":
                self.answer(200, b"", "image/x-icon")
            else:
                self.answer(200, site.document(path).encode(), "text/html; charset=utf-8")

        def do_OPTIONS(self) -> None:
            site.preflights += 1
            self.answer(403, b"", "text/plain")

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with site.lock:
                status, headers = site.answers.pop(0) if site.answers and self.path == TRACK else (202, {})
                if self.path == TRACK:
                    site.sent.append(Sent({name.lower(): value for name, value in self.headers.items()}, body, status))
            self.answer(
                status,
                RECEIPT.encode(),
                "application/json",
                Access_Control_Allow_Origin="*",
                Access_Control_Expose_Headers="Retry-After",
                **headers,
            )

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
