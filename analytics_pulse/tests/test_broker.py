"""The worker's way back to a broker that was away."""

from contextlib import suppress

from analytics_pulse.broker import LONGEST_PAUSE_S
from analytics_pulse.celery import app


def test_the_pauses_between_attempts_stay_short(monkeypatch) -> None:
    pauses: list[float] = []
    monkeypatch.setattr("kombu.utils.functional.sleep", lambda seconds: None)
    connection = app.connection_for_read("redis+socket:///nonexistent/redis.sock")

    def note(error: Exception, pause_s: float) -> None:
        pauses.append(pause_s)
        if len(pauses) == 10:
            raise StopIteration

    with suppress(StopIteration):
        connection.ensure_connection(note)
    assert len(pauses) == 10
    assert max(pauses) <= LONGEST_PAUSE_S
