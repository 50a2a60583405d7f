"""The composition of the apps: settings, URLs, Celery, supervision. Imported by none of them but for its leaf modules
`problems`, `clock` and `env`.

Nothing is imported here, so that the supervisor stays small; the Celery application comes with Django (`apps.py`).
"""
