"""What is wrong with an input, place by place: an RFC 6901 pointer, a stable code, and words for a person."""

# One mistake may be made a thousand times in one body. Whoever mends these finds the next ones.
MAX_FAULTS = 20
MAX_SHOWN_CHARS = 60


class Faults:
    """The faults of one input, in the order they were found, at most MAX_FAULTS. True when there is any."""

    def __init__(self) -> None:
        self.found: list[dict[str, str]] = []

    def add(self, pointer: str, code: str, detail: str) -> None:
        if len(self.found) < MAX_FAULTS:
            self.found.append({"pointer": pointer, "code": code, "detail": detail})

    def of_parameter(self, parameter: str) -> list[dict[str, str]]:
        """The same as places in the JSON that a parameter of a query string carries."""
        return [{"parameter": parameter} | each for each in self.found]

    def __bool__(self) -> bool:
        return bool(self.found)


def shown(value: object) -> str:
    """What was sent, short, and as text that every answer can carry: a lone surrogate is no UTF-8."""
    text = value if isinstance(value, str) else repr(value) if isinstance(value, int | float | bool) else kind(value)
    text = text if len(text) <= MAX_SHOWN_CHARS else text[:MAX_SHOWN_CHARS] + "…"
    return text.encode("utf-8", "backslashreplace").decode()


def step(key: object) -> str:
    """One step of a pointer: into the object's key, or the list's place."""
    return "/" + shown(str(key)).replace("~", "~0").replace("/", "~1")


def kind(value: object) -> str:
    """What a JSON value is, in words."""
    match value:
        case None:
            return "null"
        case bool():
            return "a boolean"
        case int() | float():
            return "a number"
        case str():
            return "a text"
        case list():
            return "a list"
    return "an object"


def one_of(names: object) -> str:
    """The possible names, as an error's detail says them."""
    return "one of " + ", ".join(str(name) for name in names)  # type: ignore[attr-defined]
