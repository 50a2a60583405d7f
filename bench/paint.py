"""How long until somebody sees the demo's dashboard: in a browser that has loaded nothing, of a server that remembers
no answer.

    .venv/bin/python -m bench.paint [--rounds 10] [--days 90]

Starts the product as `make run` does, in a folder of its own. Medians of the rounds, in ms from the click on: first and
largest contentful paint (the page with its skeletons, then its largest piece), and the last section's answer.
"""

import argparse
import os
import shutil
from statistics import median

from playwright.sync_api import Browser, expect, sync_playwright

from analytics_pulse.supervisor.stack import Stack
from tracking.demo import login

BROWSERS = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WATCH = """
  window.largest = 0;
  new PerformanceObserver((list) => { for (const entry of list.getEntries()) window.largest = entry.startTime; })
    .observe({ type: "largest-contentful-paint", buffered: true });
"""
PAINTS = """() => ({
  first: performance.getEntriesByName("first-contentful-paint")[0].startTime, largest, all: performance.now() })"""


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    asked.add_argument("--rounds", type=int, default=10)
    asked.add_argument("--days", type=int, default=90)
    options = asked.parse_args()
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)))
    with Stack() as stack, sync_playwright() as playwright:
        said = stack.manage("seed_demo", "--days", str(options.days))
        dashboard = next(word for word in said.split() if "/projects/" in word)
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        cookies = log_in(browser, stack.url)
        rounds = [paint(browser, cookies, stack, dashboard) for _ in range(options.rounds)]
        browser.close()
    for name in ("first", "largest", "all"):
        taken = [each[name] for each in rounds]
        print(f"{name:8} median {median(taken):6.0f} ms   worst {max(taken):6.0f} ms")


def log_in(browser: Browser, url: str) -> list:
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}/accounts/login/")
    page.fill("[name=login]", login.EMAIL)
    page.fill("[name=password]", login.PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url("**/projects")
    cookies = context.cookies()
    context.close()
    return cookies


def paint(browser: Browser, cookies: list, stack: Stack, dashboard: str) -> dict[str, float]:
    """ms of one look, with nothing in either cache."""
    stack.manage("shell", "-c", "from bench.browser import forget_answers; forget_answers()")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies(cookies)
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(dashboard)
    expect(page.locator("[data-pending]:not(.menu *)")).to_have_count(0, timeout=30_000)
    taken: dict[str, float] = page.evaluate(PAINTS)
    context.close()
    return taken


if __name__ == "__main__":
    main()
