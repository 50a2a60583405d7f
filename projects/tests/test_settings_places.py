"""The places of a project's settings: who is shown which, and the members among them."""

import re

import pytest
from django.urls import reverse

from projects.actions.members import change_role
from projects.models import Role

pytestmark = pytest.mark.django_db


@pytest.fixture
def places(client, project, bob):
    """What bob is shown in this role."""

    def places(role):
        change_role(membership=project.organization.memberships.get(user=bob), role=role)
        client.force_login(bob)
        page = client.get(reverse("tracking:ledger", args=(project.pk,))).content.decode()
        nav = page[page.index('id="settings-places"') :]
        return re.findall(r"</svg>\s*([^<]+?)\s*</a>", nav[: nav.index("</nav>")])

    return places


def test_each_role_is_shown_where_it_may_go(places):
    viewer = places(Role.VIEWER)
    assert {"Install", "Members", "Ledger", "Export"} <= set(viewer)
    assert not {"General", "Keys", "Screening", "Privacy", "Delete"} & set(viewer)
    assert {"Screening", "Quarantine"} <= set(places(Role.EDITOR)) - set(viewer)
    admin = places(Role.ADMIN)
    assert {"General", "Keys", "Privacy"} <= set(admin)
    assert "Delete" not in admin
    assert "Delete" in places(Role.OWNER)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.EDITOR, Role.ADMIN, Role.OWNER])
def test_every_place_that_is_shown_opens(client, project, bob, role):
    change_role(membership=project.organization.memberships.get(user=bob), role=role)
    client.force_login(bob)
    page = client.get(reverse("tracking:ledger", args=(project.pk,))).content.decode()
    nav = page[page.index('id="settings-places"') :]
    addresses = re.findall(r'<a class="menu__item" href="([^"]+)"', nav[: nav.index("</nav>")])
    assert len(addresses) >= 4
    for address in addresses:
        opened = client.get(address)
        assert opened.status_code == 200, address
        assert f'href="{address}" aria-current="page"' in opened.content.decode(), address


def test_every_member_sees_who_else_is_one_and_only_admins_are_sent_to_manage_them(client, alice, bob, project):
    address = reverse("projects:members", args=(project.pk,))
    client.force_login(bob)
    page = client.get(address).content.decode()
    assert "alice@example.com" in page
    assert "Manage members" not in page
    client.force_login(alice)
    assert "Manage members" in client.get(address).content.decode()


def test_an_outsider_does_not_see_the_members(client, mallory, project):
    client.force_login(mallory)
    assert client.get(reverse("projects:members", args=(project.pk,))).status_code == 404
