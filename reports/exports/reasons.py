"""Why an export came to nothing, in words for a person."""

SENTENCES = {
    "query_too_large": "It took the database too long. Ask about a shorter period, or with fewer filters.",
    "invalid_pattern": "One of its filters is not a valid pattern.",
    "not_possible": "What it asked for is not possible any more.",
    "no_room": "There is not enough room for it on the server's disk. Tell who runs the server.",
    "project_deleted": "The project was deleted.",
    "gave_up": "It was not done within a day.",
}


def sentence_of(code: str) -> str:
    return SENTENCES.get(code, "Something went wrong.")
