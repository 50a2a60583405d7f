"""What a container's health check asks: `python -m analytics_pulse.healthcheck web|worker`; exit code 0 when well."""

import os
import sys
import urllib.request


def web() -> bool:
    """The process on this host serves requests."""
    url = f"http://127.0.0.1:{os.environ.get('PORT', '8000')}/health"
    with urllib.request.urlopen(url, timeout=3) as answer:
        return answer.status == 200


def worker() -> bool:
    """The worker on this host is connected to the broker, and its loop turns."""
    import redis

    from analytics_pulse import settings
    from analytics_pulse.heartbeat import HOST_KEY

    with redis.Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=2) as client:
        return bool(client.exists(HOST_KEY))


CHECKS = {"web": web, "worker": worker}

if __name__ == "__main__":
    try:
        well = CHECKS[sys.argv[1]]()
    except Exception as error:
        sys.exit(f"not well: {error}")
    sys.exit(0 if well else "not well: no heartbeat")
