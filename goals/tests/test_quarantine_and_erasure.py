"""What is screened out or erased takes its completions with it, and what is restored brings them."""

from typing import Any
from zoneinfo import ZoneInfo

from goals.tests.conftest import MINUTE, NOON
from goals.tests.test_counting import HALF, SIGNUP, custom, engagement, fill_all, reached
from tracking.pipeline import run_pipeline
from tracking.storage import get_store
from tracking.storage.base import Whom
from tracking.storage.spec import ProjectRef
from tracking.tests import builders as accepted

BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def test_a_visitor_who_is_erased_takes_every_completion_along(make: Any, store: Any) -> None:
    signup, half = make(name="Signup", **SIGNUP), make(name="Half", **HALF)
    mine = {"visitor_id": 1, "session_id": 1}
    theirs = {"visitor_id": 2, "session_id": 2}
    rows = store(custom(**mine), engagement(scroll=80, **mine), custom(**theirs), engagement(scroll=80, **theirs))
    ref = ProjectRef(signup.project_id, ZoneInfo("UTC"))
    erased = get_store().erase(ref, Whom((1,)), NOON - MINUTE, NOON + 60 * MINUTE, received_until=NOON + 600 * MINUTE)
    assert erased.completions == 2
    assert (reached(signup), reached(half)) == ([rows[2].event_id], [rows[3].event_id])
    fill_all()
    assert (reached(signup), reached(half)) == ([rows[2].event_id], [rows[3].event_id])


def test_what_is_screened_out_reaches_nothing_until_it_is_restored(make: Any) -> None:
    goal = make(**SIGNUP)
    event = accepted.event(event_type="custom", event_name="Signup")
    envelope = accepted.envelope(event, project_id=goal.project_id, user_agent=BOT)
    run_pipeline(accepted.message(envelope), store=get_store(), now=NOON)
    assert reached(goal) == []
    restored = accepted.message(accepted.envelope(event, project_id=goal.project_id))
    restored.is_restored = True
    run_pipeline(restored, store=get_store(), now=NOON)
    assert reached(goal) == [event.event_id]
