"""The Celery application. Periodic tasks are declared in `analytics_pulse/schedule.py`."""

import os
import sys
import warnings
from typing import Any

import msgspec
from celery import Celery, Task
from celery.signals import setup_logging, task_prerun
from django.db import close_old_connections
from kombu.serialization import register

from analytics_pulse.broker import PromptAMQP

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "analytics_pulse.settings")

# As root is how a container or `make run` on a server may start it; no message is ever unpickled.
warnings.filterwarnings("ignore", message="You're running the worker with superuser privileges")

# Task arguments are plain data and bytes; MessagePack carries bytes as they are, where JSON would need base64.
register("msgpack-msgspec", msgspec.msgpack.encode, msgspec.msgpack.decode, "application/x-msgpack", "binary")

app = Celery("analytics_pulse", amqp=PromptAMQP)
# In every thread, not only in this one: Celery's current app is a thread's own, and requests are served by threads.
app.set_default()
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_serializer = "msgpack-msgspec"
app.conf.accept_content = ["msgpack-msgspec", "json"]
app.autodiscover_tasks()


@setup_logging.connect
def _keep_logging_as_django_set_it_up(**_: Any) -> None:
    """Being connected is enough: Celery then leaves the handlers and levels of settings.LOGGING alone."""


@app.on_after_configure.connect
def _add_heartbeat(**_: Any) -> None:
    from analytics_pulse.heartbeat import Heartbeat

    app.steps["consumer"].add(Heartbeat)


# Celery would close the database connection after each task, and a new one costs an append more than its rows do (a
# backend to fork, its caches to fill). Django's own rule instead: CONN_MAX_AGE, and a look whether it still answers.
app.conf["CELERY_DB_REUSE_MAX"] = sys.maxsize


@task_prerun.connect
def _look_at_connections(sender: Task, **_: Any) -> None:
    if not sender.request.is_eager:  # else it runs in somebody's transaction
        close_old_connections()
