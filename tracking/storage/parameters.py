"""The values of one SQL statement: whatever comes from outside goes in here, and its name into the SQL."""

from collections.abc import Callable
from typing import Any


class Parameters:
    """Named parameters (%(name)s), and the WITH parts that conditions need, each value and part once."""

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}
        self.parts: dict[str, str] = {}
        self._names: dict[Any, str] = {}

    def name(self, value: Any) -> str:
        """The parameter's name, for a text that has a place for it. Lists are given as tuples."""
        key = (type(value), value)
        if key not in self._names:
            self._names[key] = f"p{len(self.values)}"
            self.values[self._names[key]] = list(value) if isinstance(value, tuple) else value
        return self._names[key]

    def add(self, value: Any) -> str:
        """The parameter, as it stands in SQL."""
        return f"%({self.name(value)})s"

    def statement(self, sql: str, **parts: str) -> str:
        """The statement after a WITH of the parts that conditions need and of these."""
        every = ",\n".join(f"{name} AS ({part})" for name, part in (self.parts | parts).items())
        return f"WITH {every}\n{sql}" if every else sql

    def part(self, key: Any, prefix: str, make: Callable[[], str]) -> str:
        """The name of the WITH part that `make` writes, made once for equal keys."""
        if ("part", key) not in self._names:
            sql = make()  # which may add parts of its own, before this one
            name = self._names["part", key] = f"{prefix}_{len(self.parts)}"
            self.parts[name] = sql
        return self._names["part", key]
