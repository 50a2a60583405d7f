"""Who has an account on the demo site: people whom it knows again, and names by a user id of its own."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import NamedTuple

from tracking.demo import people
from tracking.demo.arrivals import Arrival
from tracking.demo.choice import Choice, chance

ARRIVAL = Arrival("", "", Choice([(52, "/login"), (26, "/docs"), (14, "/changelog"), (8, "/templates")]), leaves=0.25)
SEED = 20
JOIN_A_DAY = (2, 5)
# The chance of a day's visit: high in the first days, and then as loyal as somebody is.
_AT_FIRST, _FADES_BY_DAY, _MOST_LOYAL = 0.42, 0.82, 0.28


class Member(NamedTuple):
    user_id: str
    person: people.Person


def here_on(day: date, *, since: date) -> Iterator[Member]:
    """The members who come on this day: those who joined on it, and some of those who joined on a day from `since`."""
    for ago in range((day - since).days, -1, -1):
        joined = day - timedelta(days=ago)
        rng = Random(f"{SEED} members of {joined.isoformat()}")
        for number in range(rng.randint(*JOIN_A_DAY)):
            member = Member(f"u-{joined:%y%m%d}-{number}", people.a_person(rng))
            loyalty = rng.random() ** 3 * _MOST_LOYAL
            comes = loyalty + _AT_FIRST * _FADES_BY_DAY**ago
            if ago == 0 or chance(Random(f"{SEED} {member.user_id} {day.isoformat()}"), comes):
                yield member
