"""The page that says who is not counted."""

from typing import Any

import pytest

from tracking.client import is_within
from tracking.models import LedgerHour
from tracking.pipeline.enrichment.location import locate
from tracking.pipeline.screening.rules import rules_of
from tracking.project_settings import Screening, settings_of
from tracking.screening_form import ScreeningForm

pytestmark = pytest.mark.django_db


def url(project: Any) -> str:
    return f"/projects/{project.pk}/settings/screening"


def save(client: Any, project: Any, **fields: str) -> Any:
    return client.post(url(project), {"networks": "", "countries": "", "pages": "", "hostnames": ""} | fields)


def make_editor(organization: Any, user: Any) -> None:
    organization.memberships.filter(user=user).update(role="editor")


def test_what_is_saved_is_regular_and_holds_at_once(project, alice, signed_in, django_capture_on_commit_callbacks):
    assert settings_of(project.pk).screening.networks == ()
    with django_capture_on_commit_callbacks(execute=True):
        answer = save(
            signed_in(alice),
            project,
            networks="192.0.2.77/24\n ::ffff:198.51.100.7 \n2001:db8::1/64\n192.0.2.0/24",
            countries="germany\nFR\nfrance",
            pages="/admin*\nhttps://example.com/draft?x=1\n*.pdf",
            hostnames="https://www.Example.com/\n*.bücher.example",
        )
    assert answer.status_code == 302
    screening = settings_of(project.pk).screening
    assert screening == Screening(
        networks=("192.0.2.0/24", "198.51.100.7", "2001:db8::/64"),
        countries=("DE", "FR"),
        pages=("/admin*", "/draft", "*.pdf"),
        hostnames=("example.com", "*.bücher.example"),
    )
    assert is_within("192.0.2.5", screening.networks)
    page = signed_in(alice).get(url(project)).content.decode()
    assert "Germany" in page
    assert "/admin*" in page


@pytest.mark.parametrize(
    ("field", "text", "says"),
    [
        ("networks", "192.0.2.7\nour office", "“our office” is no address"),
        ("networks", "0.0.0.0/0", "is everybody"),
        ("networks", "192.0.2.7/33", "is no address"),
        ("countries", "Atlantis", "“Atlantis” is no country"),
        ("pages", "admin", "“admin” is no path"),
        ("pages", "/" + "x" * 600, "At most 500"),
        ("hostnames", "exa mple", "“exa mple” is no hostname"),
        ("hostnames", "*.*.example", "is no hostname"),
    ],
)
def test_a_bad_line_is_named_by_its_field_and_nothing_is_saved(project, alice, signed_in, field, text, says):
    answer = save(signed_in(alice), project, **{field: text})
    assert answer.status_code == 200
    form = answer.context["form"]
    assert list(form.errors) == [field]
    assert says in form.errors[field][0]
    project.refresh_from_db()
    assert project.screening == {}


def test_all_bad_lines_are_named(project, alice, signed_in):
    answer = save(signed_in(alice), project, countries="Atlantis\nDE\nMordor")
    assert len(answer.context["form"].errors["countries"]) == 2


def test_editors_may_and_viewers_and_outsiders_find_nothing(project, organization, bob, mallory, signed_in):
    assert signed_in(bob).get(url(project)).status_code == 404
    assert save(signed_in(bob), project, countries="DE").status_code == 404
    assert signed_in(mallory).get(url(project)).status_code == 404
    make_editor(organization, bob)
    assert save(signed_in(bob), project, countries="DE").status_code == 302
    page = signed_in(bob).get(url(project)).content.decode()
    assert f"/projects/{project.pk}/settings/keys" not in page, "an editor is shown no tab that is closed to them"


def test_the_own_address_is_seen_through_the_proxy(project, alice, signed_in):
    client = signed_in(alice)
    page = client.get(url(project), REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR="203.0.113.9").content.decode()
    assert 'data-add-line="203.0.113.9"' in page
    page = client.get(url(project), REMOTE_ADDR="2001:db8:1:2:3:4:5:6").content.decode()
    assert 'data-add-line="2001:db8:1:2:3:4:5:6/64"' in page
    assert ScreeningForm({"networks": "2001:db8:1:2:3:4:5:6/64"}).is_valid()


def test_it_shows_what_was_screened_out_in_the_last_week(project, alice, signed_in):
    from datetime import timedelta

    from analytics_pulse import clock

    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    zeros = {"accepted": 0, "stored": 0, "duplicate": 0, "quarantined": 0, "rejected": 0}
    for age_days, count in ((0, 3), (1, 4), (8, 100)):
        LedgerHour.objects.create(
            project_id=project.pk,
            hour=hour - timedelta(days=age_days),
            reasons={"quarantined:bot": count, "rejected:too_old": 9},
            **zeros,
        )
    counts = dict(signed_in(alice).get(url(project)).context["counts"])
    assert counts["bot"] == 7
    assert sum(counts.values()) == 7


def test_it_warns_when_the_own_domain_does_not_count(project, alice, signed_in):
    save(signed_in(alice), project, hostnames="example.com")
    assert "is not among the hostnames" not in signed_in(alice).get(url(project)).content.decode()
    save(signed_in(alice), project, hostnames="*.example.com")
    assert "is not among the hostnames" in signed_in(alice).get(url(project)).content.decode()


@pytest.mark.parametrize(
    ("pattern", "path", "is_hidden"),
    [
        ("/admin*", "/admin", True),
        ("/admin*", "/admin/users/1", True),
        ("/admin/*", "/admin", False),
        ("*/draft/*", "/a/draft/b", True),
        ("/a*b*c", "/axbxc", True),
        ("/a*b*c", "/abc", True),
        ("/a*b*c", "/acb", False),
        ("*a*ab", "/aab", True),
        ("/*.pdf", "/x.pdf.html", False),
        ("*", "/anything", True),
        ("/a.c", "/abc", False),
    ],
)
def test_a_star_stands_for_anything(pattern, path, is_hidden):
    rules = rules_of(Screening(pages=(pattern,)))
    assert rules is not None
    assert (rules.refuses(locate(f"https://example.com{path}"), "") is not None) is is_hidden


def test_no_path_has_the_stars_tried_in_all_combinations():
    import time

    rules = rules_of(Screening(pages=("/*a*a*a*a*a*a*a*a*b",)))
    assert rules is not None
    started = time.perf_counter()
    assert rules.refuses(locate("https://example.com/" + "a" * 2000), "") is None
    assert time.perf_counter() - started < 5, "with backtracking it takes ages"
