"""The install page watches for the first event."""

import pytest
from django.urls import reverse

from analytics_pulse import clock
from projects.models import IdentityMode, Project
from tracking.storage import get_store
from tracking.storage.tests.builders import NOW, event, message

pytestmark = pytest.mark.django_db


def test_it_waits_and_says_so(alice, project, signed_in):
    assert signed_in(alice).get(reverse("tracking:install-check", args=[project.pk])).status_code == 204


def test_it_works_once_the_first_event_is_known(alice, project, signed_in):
    Project.objects.update(first_event_at=clock.now())
    for name in ("tracking:install", "tracking:install-check"):
        page = signed_in(alice).get(reverse(name, args=[project.pk]))
        assert "It works" in page.content.decode()
        assert "hx-get" not in page.content.decode().partition('id="install-check"')[2].partition("</div>")[0]


def test_the_first_event_is_found_and_remembered(alice, project, signed_in):
    url = reverse("tracking:install-check", args=[project.pk])
    assert signed_in(alice).get(url).status_code == 204
    get_store().append(message(event(project_id=project.pk)))
    assert "It works" in signed_in(alice).get(url).content.decode()
    project.refresh_from_db()
    assert project.first_event_at == NOW


def test_the_tag_of_a_project_with_anonymous_ids_asks_for_one(alice, project, signed_in):
    address = f"/projects/{project.pk}/install"
    assert "data-identity" not in signed_in(alice).get(address).content.decode()
    Project.objects.filter(pk=project.pk).update(identity_mode=IdentityMode.ANONYMOUS_ID)
    assert "data-identity=&quot;anonymous&quot;" in signed_in(alice).get(address).content.decode()
