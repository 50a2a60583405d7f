"""Several scripts in Redis in one round trip."""

from collections.abc import Sequence
from typing import Any

import redis
from redis.commands.core import Script

# The script, its keys, its arguments.
Call = tuple[Script, Sequence[str], Sequence[bytes | str | int | float]]


def run_together(client: redis.Redis, calls: Sequence[Call]) -> list[Any]:
    """Run them in this order; the answer of each, or its redis.ResponseError. Raises what else redis.RedisError is.

    A Script on a pipeline would first ask, in a round trip of its own, whether Redis knows it.
    """
    with client.pipeline(transaction=False) as pipe:
        for script, keys, arguments in calls:
            pipe.evalsha(script.sha, len(keys), *keys, *arguments)
        answers = pipe.execute(raise_on_error=False)
    for index, answer in enumerate(answers):
        if isinstance(answer, redis.exceptions.NoScriptError):  # a Redis that was started a moment ago
            script, keys, arguments = calls[index]
            try:
                answers[index] = script(keys, arguments, client)
            except redis.ResponseError as error:
                answers[index] = error
    return answers
