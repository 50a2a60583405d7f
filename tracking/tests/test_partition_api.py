import pytest
from django.test import Client

from projects.models import User

pytestmark = pytest.mark.django_db
ROUTES = ["/api/v1/partitions/health", "/api/v1/partitions/list"]


@pytest.fixture
def operator(alice: User) -> Client:
    alice.is_staff = True
    alice.save()
    client = Client()
    client.force_login(alice)
    return client


def test_an_administrator_sees_the_health(operator: Client) -> None:
    answer = operator.get(ROUTES[0])
    assert answer.status_code == 200
    assert answer.json()["ok"] is True
    assert set(answer.json()["tables"]) == {
        "events",
        "visits",
        "goal_completions",
        "quarantined_events",
        "analytics_visits",
    }


def test_an_administrator_sees_the_list(operator: Client) -> None:
    answer = operator.get(ROUTES[1])
    assert answer.status_code == 200
    assert len(answer.json()) >= 4 * 8
    assert set(answer.json()[0]) == {"table", "name", "month", "rows", "size_bytes"}


@pytest.mark.parametrize("route", ROUTES)
def test_others_do_not(route: str, client: Client, bob: User, api_key: str) -> None:
    assert client.get(route).status_code == 401
    assert client.get(route, headers={"X-API-Key": api_key}).status_code == 403
    client.force_login(bob)
    assert client.get(route).status_code == 403
