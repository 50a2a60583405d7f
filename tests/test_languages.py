"""Who reads what in which language: people in theirs, programs in English."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import translation

from projects import allauth_words
from projects.actions.keys import create_api_key

GERMAN = {"HTTP_ACCEPT_LANGUAGE": "de-CH,de;q=0.9,en;q=0.5"}
FRENCH = {"HTTP_ACCEPT_LANGUAGE": "fr"}
PASSWORD = "correct horse battery"


def choose(client, language, **fields):
    return client.post(reverse("projects:language"), {"language": language, **fields})


def test_a_page_is_in_the_language_of_the_browser(client, db):
    page = client.get("/accounts/login/", **GERMAN)
    assert '<html lang="de"' in page.content.decode()
    assert "Anmelden" in page.content.decode()
    assert page["Content-Language"] == "de"
    assert "Accept-Language" in page["Vary"]


def test_whoever_reads_none_of_the_languages_gets_english(client, db):
    page = client.get("/accounts/login/", **FRENCH)
    assert '<html lang="en"' in page.content.decode()
    assert "Log in" in page.content.decode()


def test_numbers_names_and_dates_of_a_page_are_written_as_its_readers_do(signed_in, alice, project, api_key):
    section = signed_in(alice).get(f"/projects/{project.pk}/sections/series?from=2026-03-01&to=2026-03-09", **GERMAN)
    assert "Eindeutige Besucher" in section.content.decode()
    assert "9. Mär 2026" in section.content.decode()


def test_a_remembered_answer_speaks_the_language_of_each_reader(signed_in, alice, project):
    client, address = signed_in(alice), f"/projects/{project.pk}/sections/explain?metric=visitors&period=7d"
    english, german, again = (client.get(address, **asks).content.decode() for asks in ({}, GERMAN, {}))
    assert ("No event has come in yet." in english, "Es ist noch kein Ereignis eingetroffen." in german) == (True, True)
    assert ("Eindeutige Besucher" in german, "Unique visitors" in again) == (True, True)


def test_the_choice_holds_in_this_browser_whatever_it_asks_for(client, db):
    answer = choose(client, "de", next="/accounts/login/?next=/projects")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/projects")
    assert answer.cookies["language"]["samesite"] == "Lax"
    assert answer.cookies["language"]["httponly"]
    assert "Anmelden" in client.get("/accounts/login/", **FRENCH).content.decode()


@pytest.mark.parametrize("elsewhere", ["https://evil.example/", "//evil.example/", "javascript:alert(1)", ""])
def test_the_choice_never_leads_to_another_site(client, db, elsewhere):
    assert choose(client, "de", next=elsewhere)["Location"] == "/"


def test_a_language_that_is_not_offered_changes_nothing(signed_in, alice):
    answer = choose(signed_in(alice), "tlh")
    alice.refresh_from_db()
    assert (answer.status_code, list(answer.cookies), alice.language) == (302, [], "")


def test_a_link_cannot_choose(client, db):
    assert client.get(reverse("projects:language"), {"language": "de"}).status_code == 405


def test_the_choice_goes_with_the_account_into_other_browsers(signed_in, alice):
    alice.set_password(PASSWORD)
    alice.save()
    choose(signed_in(alice), "de")
    other = Client()
    other.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    assert other.cookies["language"].value == "de"
    assert '<html lang="de"' in other.get("/projects").content.decode()


def test_the_language_is_a_setting_of_the_account_too(signed_in, alice):
    client = signed_in(alice)
    page = client.post("/account/", {"name": "Alice", "language": "de"}, follow=True).content.decode()
    alice.refresh_from_db()
    assert (alice.name, alice.language) == ("Alice", "de")
    assert "Gespeichert." in page
    assert '<option value="de" selected>Deutsch</option>' in page


def test_what_was_chosen_before_the_login_is_newer_than_what_the_account_knows(client, alice):
    alice.set_password(PASSWORD)
    alice.language = "en"
    alice.save()
    choose(client, "de")
    client.post("/accounts/login/", {"login": alice.email, "password": PASSWORD})
    alice.refresh_from_db()
    assert (alice.language, client.cookies["language"].value) == ("de", "de")


def test_a_new_account_knows_its_language(client, db, django_user_model):
    fields = {"email": "carla@example.com", "password1": PASSWORD, "password2": PASSWORD}
    client.post("/accounts/signup/", fields, **GERMAN)
    carla = django_user_model.objects.get(email="carla@example.com")
    assert carla.language == "de"
    assert carla.organizations.get().name == "Team von Carla"
    assert "Bestätigen Sie" in mail.outbox[0].subject


def test_borrowed_words_are_as_polite_as_ours():
    with translation.override("de"):
        said = " ".join(map(translation.gettext, allauth_words.WORDS)).casefold().replace(",", " ").split()
    assert {"du", "dein", "deine", "dich", "dir", "you", "your"} & set(said) == set()


def test_an_invitation_is_in_the_language_of_who_is_invited(signed_in, alice, organization, mallory):
    mallory.language = "de"
    mallory.save()
    address = reverse("organizations:invitations", args=[organization.pk])
    signed_in(alice).post(address, {"email": mallory.email, "role": "viewer"})
    signed_in(alice).post(address, {"email": "somebody@example.org", "role": "viewer"})
    assert [message.subject.split(" ", 1)[1] for message in mail.outbox] == [
        "lädt Sie zu Alice's team ein",
        "invites you to Alice's team",
    ]


@pytest.mark.parametrize(
    "question",
    [
        "/api/v1/projects",
        "/api/v1/projects/{project}/analytics/overview?explain=true",
        "/api/v1/projects/{project}/pages?from=yesterday",
        "/api/v1/projects/{project}/realtime",
        "/api/v1/projects/00000000-0000-0000-0000-000000000000",
        "/api/schema/?format=json",
        "/api/nothing",
    ],
)
def test_the_api_says_the_same_in_whatever_language_it_is_asked(signed_in, alice, project, question):
    client, address = signed_in(alice), question.format(project=project.pk)
    choose(client, "de")
    english, german = (Client(), client)
    english.force_login(alice)
    answers = [each.get(address, **headers) for each, headers in ((english, {}), (german, GERMAN))]
    assert _lasting(answers[0]) == _lasting(answers[1])
    assert "Accept-Language" not in answers[1].get("Vary", "")


def test_an_error_of_the_api_is_in_english(project, alice, client):
    secret = create_api_key(project=project, name="Key", scopes=["manage"], by=alice)[1]
    headers = GERMAN | {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    address = f"/api/v1/projects/{project.pk}"
    answer = client.patch(address, {"domain": "not a domain"}, "application/json", **headers)
    assert answer.status_code == 400
    assert "Enter a domain such as example.com" in answer.content.decode()


def test_the_tracker_is_the_same_for_everybody(client):
    assert "Accept-Language" not in client.get("/pulse.js", **GERMAN)["Vary"]


def _lasting(answer):
    """The answer without the moment at which it was given."""
    body = answer.json()
    if isinstance(body, dict):
        for part in (body, body.get("meta", {})):
            for name in ("as_of", "timed_ms", "request_id", "now", "generated_at"):
                part.pop(name, None)
    return answer.status_code, body
