"""The faults: each really done to the processes of a running product."""

import random
import signal
import time
from collections.abc import Callable
from contextlib import suppress

import psutil

from analytics_pulse.supervisor.stack import Stack

# Each returns when it is over: the process is dead, or runs again after having hung.
Fault = Callable[[Stack, random.Random], None]
WORDS = {
    "web": ("granian",),
    "worker": ("celery", " worker "),
    "beat": ("celery", " beat "),
    "redis": ("redis-server",),
    "postgres": ("bin/postgres",),
}


def service(stack: Stack, name: str) -> psutil.Process:
    """The process of the service that the supervisor started; waits for one that is being restarted."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        for child in psutil.Process(stack.pid).children():
            with suppress(psutil.Error):
                command = " ".join(child.cmdline()) + " "
                if all(word in command for word in WORDS[name]):
                    return child
        time.sleep(0.05)
    raise LookupError(f"{name} does not run")


def child_of(name: str) -> Fault:
    def kill(stack: Stack, chance: random.Random) -> None:
        children: list[psutil.Process] = []
        while not children:
            with suppress(psutil.Error):
                children = service(stack, name).children()
        chance.choice(children).kill()

    return kill


def killed(name: str) -> Fault:
    """Over when another one runs in its place, which need not answer yet."""

    def kill(stack: Stack, chance: random.Random) -> None:
        old = service(stack, name)
        old.kill()
        while service(stack, name).pid == old.pid:
            time.sleep(0.05)

    return kill


def hanging(name: str, at_least_s: float, at_most_s: float) -> Fault:
    """Stopped, with its children, and after a while going on as if nothing had been."""

    def stop(stack: Stack, chance: random.Random) -> None:
        stopped = hold(stack, name)
        time.sleep(chance.uniform(at_least_s, at_most_s))
        let_go(stopped)

    return stop


def hold(stack: Stack, name: str) -> list[psutil.Process]:
    """Stop the service with its children, as when the machine is too busy to run them."""
    parent = service(stack, name)
    stopped = [parent, *parent.children(recursive=True)]
    for process in stopped:
        with suppress(psutil.Error):
            process.send_signal(signal.SIGSTOP)
    return stopped


def let_go(stopped: list[psutil.Process]) -> None:
    for process in stopped:
        with suppress(psutil.Error):
            process.send_signal(signal.SIGCONT)


def supervisor_killed(stack: Stack, chance: random.Random) -> None:
    stack.stop(signal.SIGKILL)
    time.sleep(chance.uniform(0, 1))
    stack.start()


def everything_killed(stack: Stack, chance: random.Random) -> None:
    """As when the machine loses its power, but that what was written to its disk stays."""
    processes = psutil.Process(stack.pid).children(recursive=True)
    stack.stop(signal.SIGKILL)
    for process in processes:
        with suppress(psutil.Error):
            process.kill()
    stack.start()


FAULTS: dict[str, Fault] = {
    "web worker killed": child_of("web"),
    "web killed": killed("web"),
    "worker child killed": child_of("worker"),
    "worker killed": killed("worker"),
    "beat killed": killed("beat"),
    "redis killed": killed("redis"),
    "postgres killed": killed("postgres"),
    "postgres backend killed": child_of("postgres"),
    "supervisor killed": supervisor_killed,
    "everything killed": everything_killed,
    "postgres hangs": hanging("postgres", 2, 5),
    "redis hangs": hanging("redis", 5, 8),
    "worker hangs": hanging("worker", 2, 5),
}
