"""A list of short texts as a text area, one a line."""

from collections.abc import Callable, Iterable
from typing import Any

from django import forms


class LinesField(forms.CharField):
    """`normal` makes the lines regular and raises ValidationError. The value is a list."""

    def __init__(self, *, normal: Callable[[Iterable[str]], list[str]], **options: Any) -> None:
        super().__init__(widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}), **options)
        self.normal = normal

    def prepare_value(self, value: Any) -> Any:
        return "\n".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        text = super().to_python(value)
        return self.normal(text.splitlines()) if text else []
