"""The error answers that the endpoints have in common, for the API's description."""

from drf_spectacular.utils import OpenApiExample, OpenApiResponse

from projects.api.serializers import ProblemSerializer


def problem(status: int, code: str, title: str, when: str, **more: object) -> OpenApiResponse:
    example = {"type": f"/problems/{code.replace('_', '-')}", "title": title, "status": status, "code": code, **more}
    return OpenApiResponse(
        ProblemSerializer, when, [OpenApiExample(code, example, response_only=True, status_codes=[str(status)])]
    )


INVALID = problem(
    400,
    "invalid",
    "Some values are not valid",
    "The body is not JSON (`parse_error`) or a value is not valid (`invalid`).",
    errors=[{"pointer": "/domain", "code": "domain", "detail": "Enter a domain such as example.com, …"}],
)
UNAUTHENTICATED = problem(
    401,
    "invalid_key",
    "This key or token is unknown, revoked or expired.",
    "No credential (`not_authenticated`) or one that is not valid (`invalid_key`).",
)
FORBIDDEN = problem(
    403,
    "insufficient_scope",
    "The key does not have the scope that this needs",
    "The key or token lacks the scope (`insufficient_scope`), or a key asks for more than its own project "
    "(`permission_denied`).",
)
NOT_FOUND = problem(404, "not_found", "There is nothing here", "There is none, or it is not yours.")

READING = {401: UNAUTHENTICATED, 403: FORBIDDEN}
READING_ONE = {**READING, 404: NOT_FOUND}
WRITING = {400: INVALID, **READING_ONE}
