"""The whole dashboard as a browser loads it: the page, then its sections, six requests at a time."""

import time
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import local
from urllib.parse import urlencode

from django.db import connection
from django.test import Client

from bench.dataset import Dataset
from bench.questions import filters

CONNECTIONS = 6  # of a browser to one host, over HTTP/1.1
_own = local()


class Dashboard:
    """One signed-in person's. Requests go through Django's test client: all of the product but the socket."""

    def __init__(self, dataset: Dataset) -> None:
        from projects.models import User
        from reports.panels import PANELS

        self._dataset = dataset
        self._user = User.objects.get(email="owner@bench.example")
        self._first = Client(SERVER_NAME="localhost")
        self._first.force_login(self._user)
        self.failures = 0
        self._panels = [panel.breakdowns[0].name for panel in PANELS]

    def load(self, days: int, filtered: str, number: int) -> float:
        """ms until the page and the last of its sections are there. `failures` counts those that were not."""
        last = self._dataset.ends_at.date()
        query = {"from": last - timedelta(days=days - 1), "to": last}
        chosen = [("f", f"{each.dimension}:is:{each.values[0]}") for each in filters(filtered, number)]
        asked = urlencode([*query.items(), *chosen])
        address = f"/projects/{self._dataset.project}"
        sections = [f"{address}/sections/{name}?{asked}" for name in ("overview", "series", "now", *self._panels)]
        started = time.perf_counter()
        self._get(f"{address}?{asked}")
        list(self._pool.map(self._get, sections))
        return (time.perf_counter() - started) * 1000

    def __enter__(self) -> "Dashboard":
        self._pool = ThreadPoolExecutor(CONNECTIONS)
        return self

    def __exit__(self, *_: object) -> None:
        for _each in range(CONNECTIONS):
            self._pool.submit(connection.close)
        self._pool.shutdown()

    def _get(self, address: str) -> None:
        if not hasattr(_own, "client"):
            _own.client = Client(SERVER_NAME="localhost")
            _own.client.cookies = self._first.cookies
        answer = _own.client.get(address, headers={"hx-request": "true"})
        self.failures += answer.status_code != 200


def loads(dashboard: Dashboard, days: int, filtered: str, rounds: int, *, is_warm: bool) -> list[float]:
    """ms of each of the rounds; not warm: nothing is in the cache of answers."""
    if is_warm:
        dashboard.load(days, filtered, 0)
    taken = []
    for number in range(rounds):
        if not is_warm:
            forget_answers()
        taken.append(dashboard.load(days, filtered, 0 if is_warm else number))
    return taken


def forget_answers() -> None:
    from reports import results
    from tracking.connections import redis_client

    results.clear_memory()
    if remembered := list(redis_client().scan_iter("ap:answers:*", count=1000)):
        redis_client().delete(*remembered)
