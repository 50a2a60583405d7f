"""What is the same in the description of every endpoint."""

from typing import Any

from analytics_pulse.problems import MEDIA_TYPE

JSON = "application/json"


def errors_are_problems(result: dict[str, Any], **more: object) -> dict[str, Any]:
    """A drf-spectacular postprocessing hook: errors have the media type that they are sent with."""
    for operations in result["paths"].values():
        for operation in operations.values():
            for status, response in operation["responses"].items():
                content = response.get("content", {})
                if int(status) >= 400 and JSON in content:
                    content[MEDIA_TYPE] = content.pop(JSON)
    return result
