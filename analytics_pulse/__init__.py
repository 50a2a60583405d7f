"""The composition of the apps: settings, URLs, Celery, supervision. Imported by none of them but for its leaf modules
`problems`, `clock` and `env`."""

from analytics_pulse.celery import app as celery_app

__all__ = ["celery_app"]
