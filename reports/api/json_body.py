"""Reading a body of JSON, as hostile as it may be."""

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework import status
from rest_framework.parsers import BaseParser

from analytics_pulse.problems import NotJson, Problem

MAX_BYTES = 100_000


class BodyTooLarge(Problem):
    status_code = status.HTTP_413_REQUEST_ENTITY_TOO_LARGE
    code = "too_large"
    title = f"At most {MAX_BYTES:,} bytes"


class JsonBody(BaseParser):
    """Any JSON of up to MAX_BYTES. Raises NotJson and BodyTooLarge."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        body = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise BodyTooLarge
        try:
            return json.loads(body, parse_constant=_refuse)
        except (ValueError, RecursionError) as error:  # nested a thousand deep
            raise NotJson from error


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
