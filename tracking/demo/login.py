"""The demo's login. It imports nothing: the supervisor, which runs without Django, prints it."""

EMAIL = "demo@example.com"
PASSWORD = "pulse-demo"
