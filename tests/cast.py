"""The cast of the tests: alice owns an organization with a project, bob is a member of it, mallory is an outsider."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:  # pytest loads this module before Django is set up
    from django.test import Client

    from projects.models import Organization, Project, User


@pytest.fixture
def alice(db: None) -> "User":
    from projects.actions.accounts import create_account

    return create_account(email="alice@example.com", name="Alice", is_verified=True)


@pytest.fixture
def organization(alice: "User") -> "Organization":
    """Alice's organization; she is its only owner."""
    return alice.organizations.get()


@pytest.fixture
def bob(organization: "Organization") -> "User":
    """A member of alice's organization, in the least powerful role."""
    from projects.actions.accounts import create_account
    from projects.actions.members import add_member
    from projects.models import Role

    user = create_account(email="bob@example.com", name="Bob", is_verified=True)
    add_member(organization=organization, user=user, role=Role.VIEWER)
    return user


@pytest.fixture
def mallory(db: None) -> "User":
    """Has an account, an organization of her own, and no business in alice's."""
    from projects.actions.accounts import create_account

    return create_account(email="mallory@example.net", name="Mallory", is_verified=True)


@pytest.fixture
def project(organization: "Organization") -> "Project":
    """Alice's project."""
    from projects.actions.projects import create_project

    return create_project(organization=organization, name="Example", domain="example.com", timezone="Europe/Berlin")


@pytest.fixture
def api_key(project: "Project", alice: "User") -> str:
    """The secret of an API key of alice's project that may do everything a key may."""
    from projects.actions.keys import create_api_key

    return create_api_key(project=project, name="Test", scopes=["ingest", "read", "manage"], by=alice)[1]


@pytest.fixture
def signed_in() -> "Callable[[User], Client]":
    """A browser in which the given user is logged in; its forms need no CSRF token, as in any Django test."""
    from django.test import Client

    def sign_in(user: "User") -> Client:
        client = Client()
        client.force_login(user)
        return client

    return sign_in
