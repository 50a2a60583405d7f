"""The sign of life of the Celery workers: two keys in Redis that expire, "some worker" and "the one on this host".

It is written by a timer in the event loop of the worker's consumer, and only while that is connected to the broker. A
thread, or a task sent by beat, would say less: a thread goes on in a worker whose loop is stuck, and a task waits
behind every message of a backlog, so that a busy worker would look dead.
"""

import socket
import time
from typing import Any

import redis
from celery import bootsteps
from django.conf import settings

KEY = "ap:heartbeat:worker"
HOST_KEY = f"{KEY}:{socket.gethostname()}"
INTERVAL_S = 3.0
EXPIRES_S = 12


class Heartbeat(bootsteps.StartStopStep):
    """A step of the consumer: started when it is connected, stopped when it loses the broker or shuts down."""

    requires = {"celery.worker.consumer.tasks:Tasks"}

    def __init__(self, consumer: Any, **options: Any) -> None:
        super().__init__(consumer, **options)
        self._timer: Any = None
        # Short timeouts: the loop that consumes messages waits here.
        self._redis = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)

    def start(self, consumer: Any) -> None:
        self._beat()
        self._timer = consumer.timer.call_repeatedly(INTERVAL_S, self._beat)

    def stop(self, consumer: Any) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _beat(self) -> None:
        try:
            with self._redis.pipeline(transaction=False) as pipeline:
                pipeline.set(KEY, repr(time.time()), ex=EXPIRES_S)
                pipeline.set(HOST_KEY, repr(time.time()), ex=EXPIRES_S)
                pipeline.execute()
        except redis.RedisError:
            return  # the consumer notices by itself, and says so
