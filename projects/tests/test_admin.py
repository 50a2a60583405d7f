"""The operator's pages."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.urls import reverse

from projects.actions.accounts import create_account
from projects.models import ApiKey, Project, User

pytestmark = pytest.mark.django_db
MODELS = ["user", "organization", "project", "apikey", "personalaccesstoken", "invitation"]


@pytest.fixture
def operator(signed_in):
    """The browser of a superuser."""
    return signed_in(create_account(email="root@example.com", is_superuser=True))


@pytest.mark.parametrize("model", MODELS)
def test_every_list_opens_and_searches(model, operator, project, api_key, bob):
    url = reverse(f"admin:projects_{model}_changelist")
    assert operator.get(url).status_code == 200
    assert operator.get(url, {"q": "example"}).status_code == 200


@pytest.mark.parametrize("model", MODELS)
def test_members_of_the_public_do_not_get_in(model, alice, signed_in):
    assert signed_in(alice).get(reverse(f"admin:projects_{model}_changelist")).status_code in {302, 403}


def test_a_list_takes_the_same_queries_for_many_rows(operator, organization, django_assert_max_num_queries):
    from projects.actions.projects import create_project

    for number in range(20):
        create_project(organization=organization, name=f"P{number}", domain="x.example")
    with django_assert_max_num_queries(10):
        operator.get(reverse("admin:projects_project_changelist"))


def test_no_secret_and_no_hash_is_shown(operator, project, api_key, alice):
    alice.set_password("correct horse battery staple")
    alice.save()
    key = ApiKey.objects.get()
    pages = operator.get(reverse("admin:projects_user_change", args=[alice.pk])).content.decode()
    pages += operator.get(reverse("admin:projects_apikey_change", args=[key.pk])).content.decode()
    assert key.prefix in pages
    assert alice.password not in pages
    assert alice.password.rpartition("$")[2] not in pages
    assert api_key not in pages
    assert bytes(key.key_hash).hex() not in pages


def test_keys_are_revoked_from_the_list(operator, api_key):
    data = {"action": "revoke", "_selected_action": [ApiKey.objects.get().pk]}
    operator.post(reverse("admin:projects_apikey_changelist"), data)
    assert not ApiKey.objects.get().is_active


def test_projects_are_deleted_with_their_data(operator, project):
    data = {"action": "delete_with_data", "_selected_action": [project.pk]}
    operator.post(reverse("admin:projects_project_changelist"), data)
    assert Project.objects.get().deleted_at is not None


def test_a_project_is_saved_with_its_empty_lists(operator, project):
    url = reverse("admin:projects_project_change", args=[project.pk])
    page = operator.get(url)
    form = {name: page.context["adminform"].form[name].value() for name in page.context["adminform"].form.fields}
    form = {name: "" if value is None else value for name, value in form.items()} | {"name": "Renamed"}
    response = operator.post(url, form)
    assert response.status_code == 302, response.context["errors"]
    assert Project.objects.get().name == "Renamed"


def test_a_user_is_made_with_a_password(operator):
    form = {"email": "new@example.com", "usable_password": "true"}
    form |= {"password1": "correct horse battery", "password2": "correct horse battery"}
    form |= {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}
    response = operator.post(reverse("admin:projects_user_add"), form)
    assert response.status_code == 302, response.context["errors"]
    assert User.objects.get(email="new@example.com").check_password("correct horse battery")


@pytest.mark.parametrize("page", ["add", "changelist"])
def test_the_page_of_a_periodic_task_has_no_inline_script(page, operator):
    answer = operator.get(reverse(f"admin:django_celery_beat_periodictask_{page}"))
    assert answer.status_code == 200
    inline = re.findall(r"<script(?![^>]*(?:\bsrc=|application/json))[^>]*>", answer.content.decode())
    assert inline == []


def test_the_secret_of_a_second_factor_is_not_shown(operator, alice):
    factor = Authenticator.objects.create(user=alice, type=Authenticator.Type.TOTP, data={"secret": "JBSWY3DPEHPK3PXP"})
    page = operator.get(reverse("admin:mfa_authenticator_change", args=(factor.pk,)))
    assert page.status_code == 200
    assert "JBSWY3DPEHPK3PXP" not in page.content.decode()
    assert operator.get(reverse("admin:mfa_authenticator_changelist"), {"q": alice.email}).status_code == 200
