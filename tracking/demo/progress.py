"""A plain progress bar: one line that changes on a terminal, a few lines in a log."""

from django.core.management.base import OutputWrapper

WIDTH = 30
LOG_STEP = 25  # per cent


class Progress:
    def __init__(self, stream: OutputWrapper, label: str) -> None:
        self._stream, self._label = stream, label
        self._is_terminal = stream.isatty()
        self._said = -LOG_STEP

    def show(self, share: float, text: str) -> None:
        """share: 0 to 1."""
        percent = int(share * 100)
        if self._is_terminal:
            bar = "#" * int(share * WIDTH)
            end = "\n" if share >= 1 else ""
            self._stream.write(f"\r{self._label} [{bar:<{WIDTH}}] {percent:3d} %  {text:<40}{end}", ending="")
            self._stream.flush()
        elif percent >= self._said + LOG_STEP or share >= 1 > self._said / 100:
            self._said = percent - percent % LOG_STEP
            self._stream.write(f"{self._label} {percent:3d} %  {text}\n")
            self._stream.flush()
