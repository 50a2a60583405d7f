"""What an operator sees of ingestion."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from django.test import Client

from projects.models import Project, User
from tracking.models import LedgerGap, LedgerHour
from tracking.pipeline.batch import Item, quarantine
from tracking.reasons import Reason
from tracking.storage import get_store
from tracking.storage.tests import builders as rows
from tracking.tests import builders

pytestmark = pytest.mark.django_db
QUARANTINE = "/admin/tracking/quarantinepage/"
EVENTS = "/admin/tracking/eventpage/"
PARTITIONS = "/admin/tracking/partitionpage/"
LEDGER = "/admin/tracking/ledgerhour/"
GAPS = "/admin/tracking/ledgergap/"


@pytest.fixture
def operator(db: None) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser(email="operator@example.org", password="a long password"))
    return client


def quarantined(project: Project, *, reason: Reason = Reason.BOT, ago: timedelta = timedelta(hours=1)) -> str:
    """A screened-out event of the project; its id."""
    accepted = builders.event(occurred_at=datetime.now(UTC) - ago, url="https://example.com/trap")
    item = Item(builders.envelope(accepted, project_id=project.pk), accepted)
    get_store().append(rows.message(quarantined=[quarantine(item, reason, "Googlebot/2.1")]))
    return str(accepted.event_id)


def text(client: Client, path: str, **query: str) -> str:
    answer = client.get(path, query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.mark.parametrize("path", [QUARANTINE, EVENTS, PARTITIONS, LEDGER, GAPS])
def test_only_operators_come_in(path: str, bob: User) -> None:
    client = Client()
    client.force_login(bob)
    assert client.get(path).status_code == 302
    bob.is_staff = True
    bob.save()
    assert client.get(path).status_code == 403


def test_the_index_names_the_pages(operator: Client) -> None:
    page = text(operator, "/admin/tracking/")
    for path in (QUARANTINE, EVENTS, PARTITIONS, LEDGER, GAPS):
        assert path in page


def test_the_quarantine_shows_the_last_seven_days(operator: Client, project: Project) -> None:
    recent, old = quarantined(project), quarantined(project, ago=timedelta(days=8))
    page = text(operator, QUARANTINE)
    assert recent in page
    assert project.name in page
    assert old not in page
    assert old in text(operator, QUARANTINE, first_day=f"{datetime.now(UTC) - timedelta(days=9):%Y-%m-%d}")


def test_the_quarantine_is_filtered_by_project_and_reason(operator: Client, project: Project) -> None:
    bot, spam = quarantined(project), quarantined(project, reason=Reason.SPAM_REFERRER)
    assert bot not in (page := text(operator, QUARANTINE, reason="spam_referrer", project=project.domain))
    assert spam in page
    assert "No such project" in text(operator, QUARANTINE, project="nothing.example")
    other = Project.objects.create(organization=project.organization, name="Other", domain="other.example")
    assert "Nothing was quarantined" in text(operator, QUARANTINE, project=str(other.pk))


def test_the_quarantine_never_shows_more_than_a_page(operator: Client, project: Project) -> None:
    batch = rows.message(
        quarantined=[rows.quarantined(project_id=project.pk, occurred_at=datetime.now(UTC)) for _ in range(150)]
    )
    get_store().append(batch)
    assert text(operator, QUARANTINE).count("/change/") == 100
    assert text(operator, QUARANTINE, page="2").count("/change/") == 50


def test_the_quarantine_refuses_a_year(operator: Client, project: Project) -> None:
    event_id = quarantined(project)
    page = text(operator, QUARANTINE, first_day="2025-01-01")
    assert "Choose between one day and 31 days" in page
    assert event_id not in page


def test_a_quarantined_event_shows_what_was_accepted(operator: Client, project: Project) -> None:
    event_id = quarantined(project)
    page = text(operator, f"{QUARANTINE}{project.pk}:{event_id}/change/")
    assert "Googlebot/2.1" in page
    assert "https://example.com/trap" in page


@pytest.mark.parametrize("object_id", ["1", "x:y", f"{UUID(int=1)}:{UUID(int=2)}"])
def test_what_is_not_in_quarantine_is_not_found(operator: Client, object_id: str) -> None:
    assert operator.get(f"{QUARANTINE}{object_id}/change/").status_code == 404
    assert operator.get(f"{EVENTS}{object_id}/change/").status_code == 404


def test_an_event_is_found_by_project_and_id(operator: Client, project: Project) -> None:
    event = rows.event(project_id=project.pk, path="/looked-up", custom_data={"plan": "pro"})
    get_store().append(rows.message(event))
    page = text(operator, EVENTS, project=project.name, event_id=str(event.event_id))
    assert "/looked-up" in page
    assert "No event of this project" in text(operator, EVENTS, project=project.name, event_id=str(uuid4()))
    assert "Enter a valid UUID" in text(operator, EVENTS, project=project.name, event_id="x")


def test_the_partitions_are_in_order(operator: Client) -> None:
    page = text(operator, PARTITIONS)
    assert "In order" in page
    assert f"events_{datetime.now(UTC):%Y_%m}" in page


def test_the_ledger_is_searched_by_project_and_shows_what_does_not_add_up(operator: Client, project: Project) -> None:
    event = rows.event(project_id=project.pk)
    get_store().append(rows.message(event, event))
    LedgerHour.objects.create(
        project_id=uuid4(), hour=rows.NOW, accepted=777, stored=0, duplicate=0, quarantined=0, rejected=0
    )
    assert "777" not in (page := text(operator, LEDGER, q=project.domain))
    assert project.name in page
    assert "777" not in text(operator, LEDGER, q=str(project.pk))
    page = text(operator, LEDGER, balance="off")
    assert "777" in page
    assert project.name not in page
    hour = LedgerHour.objects.get(project_id=project.pk)
    assert project.name in text(operator, f"{LEDGER}{hour.pk}/change/")


def test_gaps_of_the_ledger_are_listed_until_they_close(operator: Client, project: Project) -> None:
    hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    LedgerGap.objects.create(project_id=project.pk, hour=hour, missing=1234, found_at=hour)
    is_open = {"resolved_at__isempty": "1"}
    assert "1234" in text(operator, GAPS, **is_open)
    assert project.name in text(operator, GAPS, q=project.domain)
    LedgerGap.objects.update(resolved_at=hour)
    assert "1234" not in text(operator, GAPS, **is_open)
    assert "1234" in text(operator, GAPS)
