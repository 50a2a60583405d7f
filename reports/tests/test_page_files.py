"""Files that pages offer: one that cannot be made leads back to the page, which says so."""

import psycopg
import pytest
from django.db import connection

from goals.models import Funnel, Goal
from reports.models import Segment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon", "three_visits")]
HOME_AND_PRICING = [{"filters": [["is", "page", [path]]]} for path in ("/", "/pricing")]


@pytest.fixture(params=["goals/csv", "campaigns/file", "funnels/csv"])
def file(request, project):
    """The address of a file, and the page that offers it."""
    Goal.objects.create(project=project, name="Home", goal_type="pageview", target_url_pattern="/", url_match="exact")
    funnel = Funnel.objects.create(project=project, name="Way", steps=HOME_AND_PRICING)
    page, name = request.param.split("/")
    page = f"/projects/{project.pk}/{page}" + (f"/{funnel.pk}" if page == "funnels" else "")
    return f"{page}/{name}", page


def assert_led_back(client, url, page):
    answer = client.get(url, follow=True)
    assert answer.redirect_chain == [(page, 302)]
    assert "The file could not be made." in answer.content.decode()


def test_a_pattern_that_is_none_leads_back_to_the_page(alice_client, file):
    url, page = file
    assert_led_back(alice_client, f"{url}?f=page:matches:(", page)


def test_a_segment_that_cannot_be_asked_any_more_leads_back_to_the_page(alice_client, project, file):
    url, page = file
    segment = Segment.objects.create(project=project, name="Old", filters=[["is", "nothing", ["DE"]]])
    assert_led_back(alice_client, f"{url}?segment={segment.pk}", page)


@pytest.mark.django_db(transaction=True)
def test_what_takes_too_long_leads_back_to_the_page(alice_client, project, file, settings):
    url, page = file
    settings.QUERY_TIMEOUT_S = 0.2
    with psycopg.connect(connection.connection.info.dsn) as other:
        other.execute("LOCK TABLE events, visits, goal_completions IN ACCESS EXCLUSIVE MODE")
        answer = alice_client.get(f"{url}?f=country:is:DE")
    assert (answer.status_code, answer["Location"]) == (302, page)
    assert "The file could not be made." in alice_client.get(page).content.decode()
