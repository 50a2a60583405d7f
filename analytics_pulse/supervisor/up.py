"""`make run`: everything on one machine, from the databases to the printed URL."""

import http.client
import signal
import sys
import time
from collections.abc import Callable
from types import ModuleType

from analytics_pulse import embedded
from analytics_pulse.supervisor import preflight
from analytics_pulse.supervisor.failure import StartFailure
from analytics_pulse.supervisor.output import Output
from analytics_pulse.supervisor.services import Service, embedded_services, environment, product_services
from analytics_pulse.supervisor.watch import Stopping, Supervisor
from tracking.demo import login

PRODUCT_FIRST = ({"demo", "prepare", "beat", "worker", "web"}, {"redis", "postgres"})
READY_TIMEOUT_S = 60
PROBE_INTERVAL_S = 0.4


def run(settings: ModuleType) -> int:
    """Serve until SIGTERM or Ctrl-C; the exit code."""
    output = Output()
    try:
        preflight.make_data_dir(settings.DATA_DIR)
        lock = preflight.lock_data_dir(settings.DATA_DIR)
        with lock:
            return _serve(settings, output)
    except StartFailure as failure:
        print(f"Analytics Pulse cannot start: {failure}", file=sys.stderr, flush=True)
        return 1


def _serve(settings: ModuleType, output: Output) -> int:
    supervisor = Supervisor(environment(settings), settings.DATA_DIR, output)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: supervisor.request_stop())
    try:
        databases = embedded_services(settings)
    except OSError as error:
        raise StartFailure(f"{error}.") from error
    product = product_services(settings)
    supervisor.clear_leftovers([*product, *databases])
    preflight.check_port(settings.HOST, settings.PORT)
    started_at = time.monotonic()
    try:
        for service in databases:
            supervisor.start(service)
        supervisor.start_one_shot(Service("prepare", _manage("prepare")))
        supervisor.wait_until(lambda: supervisor.exit_code("prepare") is not None)
        if supervisor.exit_code("prepare"):
            raise StartFailure("the database could not be prepared; the lines above say why.")
        for service in product:
            supervisor.start(service)
        if not supervisor.wait_until(_answers(settings), timeout_s=READY_TIMEOUT_S):
            output.say("up", f"not ready after {READY_TIMEOUT_S} s; still trying. See {settings.PUBLIC_URL}/ready")
        if settings.DEMO and not settings.PRODUCTION:  # a password that everybody knows
            supervisor.start_one_shot(Service("demo", _manage("seed_demo")))
        output.banner(_banner(settings, time.monotonic() - started_at))
        while True:
            supervisor.tick()
    except Stopping:
        output.say("up", "stopping")
        return 0
    finally:
        supervisor.stop(PRODUCT_FIRST)
        if databases:
            embedded.remove_socket_dir(settings.DATA_DIR)


def _manage(*arguments: str) -> list[str]:
    return [sys.executable, "manage.py", *arguments]


def _answers(settings: ModuleType) -> Callable[[], bool]:
    """A condition that holds once the product says that it is ready."""
    host = "127.0.0.1" if settings.HOST in {"0.0.0.0", ""} else settings.HOST
    asked_at = 0.0

    def answers() -> bool:
        nonlocal asked_at
        if time.monotonic() - asked_at < PROBE_INTERVAL_S:
            return False
        asked_at = time.monotonic()
        connection = http.client.HTTPConnection(host, settings.PORT, timeout=3)
        try:
            connection.request("GET", "/ready", headers={"Host": "localhost", "X-Forwarded-Proto": "https"})
            return connection.getresponse().status == 200
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return answers


def _banner(settings: ModuleType, took_s: float) -> str:
    lines = [f"  Analytics Pulse is up: {settings.PUBLIC_URL}   (after {took_s:.1f} s; Ctrl-C stops it)"]
    if settings.DEMO and not settings.PRODUCTION:
        lines.append(f"  Demo login: {login.EMAIL}, password {login.PASSWORD}   (DEMO=0 for none)")
    return "\n".join(["", *lines, ""])
