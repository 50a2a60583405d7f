"""The output of many processes as one stream of lines, each prefixed with who says it."""

import os
import re
import sys

MAX_LINE_BYTES = 16_384


class Output:
    """Collects bytes by source and prints whole lines. Survives a reader that has gone away."""

    def __init__(self) -> None:
        self._rest: dict[str, bytes] = {}

    def feed(self, source: str, chunk: bytes) -> None:
        """Print the lines that `chunk` completes; keep the rest. A carriage return ends a line too: progress bars."""
        *lines, rest = re.split(rb"[\r\n]+", self._rest.pop(source, b"") + chunk)
        if len(rest) > MAX_LINE_BYTES:
            lines, rest = [*lines, rest], b""
        self._rest[source] = rest
        for line in lines:
            if line.strip():
                self.say(source, line.decode(errors="replace"))

    def end(self, source: str) -> None:
        """Print what a source that has ended left without a newline."""
        rest = self._rest.pop(source, b"")
        if rest.strip():
            self.say(source, rest.decode(errors="replace"))

    def say(self, source: str, text: str) -> None:
        try:
            print(f"{source:<8} | {text}", flush=True)
        except OSError:  # the terminal or the pipe is gone: go on serving
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115

    def banner(self, text: str) -> None:
        try:
            print(text, flush=True)
        except OSError:
            sys.stdout = open(os.devnull, "w")  # noqa: SIM115
