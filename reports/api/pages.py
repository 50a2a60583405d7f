"""Lists in pages: of values by `limit` and `offset`, of what has a time by `limit` and `cursor`."""

from datetime import UTC, datetime

from django.http import QueryDict
from rest_framework.request import Request

from reports.params import MAX_LIMIT, MAX_OFFSET, InvalidParams, fault, integer

DEFAULT_LIMIT = 100
# In which nobody's events are: the database and Python can count on from any moment between.
_FIRST_YEAR, _LAST_YEAR = 2000, 2100


def limit(params: QueryDict, default: int = DEFAULT_LIMIT, *, at_most: int = MAX_LIMIT) -> int:
    """Raises InvalidParams."""
    return integer(params, "limit", default, at_least=1, at_most=at_most)


def offset(params: QueryDict) -> int:
    """Raises InvalidParams."""
    return integer(params, "offset", 0, at_least=0, at_most=MAX_OFFSET)


def following(request: Request, total_rows: int, *, limit: int, offset: int) -> str | None:
    """The URL of the page after this one, None when it is the last."""
    end = offset + limit
    return url(request, offset=str(end)) if end < min(total_rows, MAX_OFFSET + 1) else None


def url(request: Request, **changed: str) -> str:
    """The URL that was asked, with these parameters changed."""
    params = request.GET.copy()
    for name, value in changed.items():
        params[name] = value
    return request.build_absolute_uri(f"{request.path}?{params.urlencode()}")


def cursor_of(at: datetime, name: str) -> str:
    """The place in a list after what was there at that moment and has this name."""
    return f"{at.astimezone(UTC).isoformat()}~{name}"


def place(params: QueryDict) -> tuple[datetime, str] | None:
    """The moment and the name of a cursor; None when there is none. Raises InvalidParams."""
    text = params.get("cursor", "")
    if not text:
        return None
    at, _, name = text.partition("~")
    try:
        moment = datetime.fromisoformat(at)
        if moment.tzinfo is None or not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            raise ValueError(text)
    except ValueError:
        raise invalid_cursor() from None
    # In UTC: the database knows no offset of 16 hours and more.
    return moment.astimezone(UTC), name


def invalid_cursor() -> InvalidParams:
    return InvalidParams(errors=[fault("cursor", "invalid_cursor", "what stands in the `next` of the page before")])
