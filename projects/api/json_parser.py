"""Reading bodies of JSON."""

from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class JsonParser(JSONParser):
    """That of the framework, for which JSON that is nested too deep to read is no accident. Raises ParseError."""

    def parse(self, *args: Any, **more: Any) -> Any:
        try:
            return super().parse(*args, **more)
        except RecursionError as error:
            raise ParseError("JSON parse error - nested too deep") from error
