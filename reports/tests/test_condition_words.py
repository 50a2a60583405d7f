"""Conditions in words, as chips and explanations show them."""

import pytest

from reports.condition_words import sentence, words
from tracking.storage.conditions import AllOf, AnyOf, Filter, HasDone, Not

GERMANY = Filter("country", "is", ("DE",))
SIGNUP = Filter("event_name", "is", ("Signup",))


@pytest.mark.parametrize(
    ("condition", "said"),
    [
        (GERMANY, "Country is Germany"),
        (Filter("country", "is", ("DE", "FR")), "Country is Germany or France"),
        (Filter("source", "is", ("",)), "Source is Direct / none"),
        (Filter("prop:plan", "is_not", ("pro",)), "Property plan is not pro"),
        (Filter("page", "matches", ("^/docs",)), "Page matches ^/docs"),
        (Filter("page", "contains_not", ("docs",), case_sensitive=False), "Page does not contain docs"),
        (Filter("page", "contains", ("Docs",)), "Page contains Docs (exact case)"),
        (Filter("browser", "is", ("firefox",), case_sensitive=False), "Browser is firefox (any case)"),
        (AnyOf((GERMANY, SIGNUP)), "(Country is Germany or Event is Signup)"),
        (AnyOf((GERMANY,)), "Country is Germany"),
        (AllOf((GERMANY, Not(SIGNUP))), "(Country is Germany and not (Event is Signup))"),
        (Not(AnyOf((GERMANY, SIGNUP))), "not (Country is Germany or Event is Signup)"),
        (HasDone(SIGNUP), "has done (Event is Signup)"),
        (Not(HasDone(SIGNUP)), "has not done (Event is Signup)"),
        (HasDone(AllOf((GERMANY, SIGNUP))), "has done (Country is Germany and Event is Signup)"),
    ],
)
def test_it_is_said_as_people_say_it(condition, said):
    assert words(condition) == said


def test_of_many_values_the_first_are_said():
    said = words(Filter("page", "is", tuple(f"/{index}" for index in range(40))))
    assert said == "Page is /0 or /1 or /2 or /3 or /4 or 35 more"


def test_all_that_must_hold_is_one_phrase():
    assert sentence((GERMANY, SIGNUP)) == "Country is Germany and Event is Signup"
    assert sentence(()) == ""
