"""The main job: sign up, paste the tag, see your visitors. With the product as users start it, in a real browser."""

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from analytics_pulse.supervisor.stack import Stack

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PASSWORD = "a long enough pass phrase"
WITHIN_MS = 5_000
APPLICATION = """<!doctype html><html lang="en"><head><title>{title}</title>{snippet}</head><body>
<a href="/second">second</a> <a href="/third">third</a> <button>sign up</button>
<script>
  document.addEventListener('click', (click) => {{
    if (click.target.matches('a')) {{
      click.preventDefault();
      history.pushState({{}}, '', click.target.href);
      document.title = click.target.textContent;
    }}
    if (click.target.matches('button')) pulse('signup', {{props: {{plan: 'team'}}}});
  }});
</script></body></html>"""


class Site:
    """A single-page app that somebody else runs: every path answers with the same page."""

    def __init__(self) -> None:
        self.snippet = ""
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                page = APPLICATION.format(title="Home", snippet=site.snippet).encode()
                self.send_response(200)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Length", str(len(page)))
                self.end_headers()
                self.wfile.write(page)

            def log_message(self, *_: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def site() -> Iterator[Site]:
    running = Site()
    yield running
    running.close()


def sign_up(page: Page, stack: Stack, email: str) -> None:
    page.goto(f"{stack.url}/")
    page.get_by_role("link", name=re.compile("sign up|start|get started|create", re.IGNORECASE)).first.click()
    page.locator("input[name=email]").fill(email)
    page.locator("input[name=password1]").fill(PASSWORD)
    page.locator("input[name=password2]").fill(PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/projects"))


def make_project(page: Page, stack: Stack, name: str, domain: str) -> None:
    page.goto(f"{stack.url}/projects/new")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=domain]").fill(domain)
    page.locator("main button[type=submit]").click()
    expect(page).to_have_url(re.compile(r"/projects/[0-9a-f-]{36}/install"))


def test_sign_up_paste_the_tag_see_your_visitors(stack: Stack, site: Site, browser: Browser, context: BrowserContext):
    owner = context.new_page()
    sign_up(owner, stack, "ann@example.com")
    make_project(owner, stack, "Ann's site", "ann.example")
    site.snippet = owner.locator("#snippet").inner_text()
    assert re.fullmatch(
        rf'<script defer src="{re.escape(stack.url)}/pulse\.js" data-key="ap_pub_[0-9a-f]{{32}}"></script>',
        site.snippet,
    )
    expect(owner.locator("#install-check")).to_contain_text("Waiting for the first event")

    visitor = browser.new_context()
    page = visitor.new_page()
    page.goto(site.url)
    page.get_by_text("second").click()
    page.get_by_text("third").click()
    page.get_by_text("sign up").click()
    page.close(run_before_unload=True)

    expect(owner.locator("#install-check")).to_contain_text("It works", timeout=WITHIN_MS)
    owner.get_by_role("link", name="See your visitors").click()
    overview = owner.locator("#section-overview")
    for metric, figure in (("visitors", "1"), ("visits", "1"), ("pageviews", "3")):
        expect(overview.locator(f"[data-metric={metric}] .headline__figure")).to_have_text(figure, timeout=WITHIN_MS)
    expect(owner.locator("#panel-events")).to_contain_text("signup", timeout=WITHIN_MS)
    expect(owner.locator("#panel-pages")).to_contain_text("/second", timeout=WITHIN_MS)
    expect(owner.locator("#section-now")).to_contain_text("1", timeout=WITHIN_MS)
    assert visitor.cookies() == []
    dashboard = owner.url
    visitor.close()

    stranger = browser.new_context()
    other = stranger.new_page()
    sign_up(other, stack, "eve@example.net")
    assert other.goto(dashboard).status == 404
    assert other.goto(dashboard.split("?")[0] + "/settings").status == 404
    stranger.close()
