"""The connection to the broker that comes back soon: Celery's own waits longer with every attempt, up to 30 s."""

from typing import Any, Self

from celery.app.amqp import AMQP
from kombu import Connection

LONGEST_PAUSE_S = 3


class PromptConnection(Connection):
    """What was accepted while Redis was away waits for the worker: a try costs nothing beside that."""

    def ensure_connection(self, *args: Any, **options: Any) -> Self:
        return super().ensure_connection(*args, **({"interval_max": LONGEST_PAUSE_S} | options))


class PromptAMQP(AMQP):
    Connection = PromptConnection
    BrokerConnection = PromptConnection
