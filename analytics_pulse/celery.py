"""The Celery application. Periodic tasks are declared in `analytics_pulse/schedule.py`."""

import os

import msgspec
from celery import Celery
from kombu.serialization import register

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "analytics_pulse.settings")

# Task arguments are plain data and bytes; MessagePack carries bytes as they are, where JSON would need base64.
register("msgpack-msgspec", msgspec.msgpack.encode, msgspec.msgpack.decode, "application/x-msgpack", "binary")

app = Celery("analytics_pulse")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.conf.task_serializer = "msgpack-msgspec"
app.conf.accept_content = ["msgpack-msgspec", "json"]
app.autodiscover_tasks()
