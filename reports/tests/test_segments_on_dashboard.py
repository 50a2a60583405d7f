"""Segments on the dashboard and in question's query strings."""

import html
import json
import re
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from projects.models import Role
from reports.models import Segment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
GERMANY = [["is", "country", ["DE"]]]


@pytest.fixture
def address(project, store_events):
    store_events({"country": "DE"}, {"country": "US", "visitor_id": 2, "session_id": 2})
    return reverse("reports:dashboard", args=(project.pk,))


@pytest.fixture
def germans(project):
    return Segment.objects.create(project=project, name="Germans", filters=GERMANY)


@pytest.fixture
def mine(project, alice):
    return Segment.objects.create(project=project, name="Mine", filters=GERMANY, owner=alice)


@pytest.fixture
def save(alice_client, project):
    def save(query, headers=None, **form):
        url = f"{reverse('reports:segments', args=(project.pk,))}?{urlencode(query)}"
        return alice_client.post(url, form, headers=headers)

    return save


def text(response):
    return " ".join(re.sub(r"<[^>]+>", " ", html.unescape(response.content.decode())).split())


def menu(client, project, query=""):
    return client.get(f"{reverse('reports:section', args=(project.pk, 'segments'))}?{query}")


def visitors(client, project, segment_id):
    section = client.get(reverse("reports:section", args=(project.pk, "overview")), {"segment": segment_id})
    return re.search(r"Unique visitors (\d+)", text(section))[1]


def test_a_segment_in_the_address_filters_all_and_is_a_chip(alice_client, address, project, germans):
    page = alice_client.get(address, {"segment": germans.pk})
    assert "Segment Germans" in text(page)
    assert f"segment={germans.pk}" in page.content.decode()
    assert visitors(alice_client, project, germans.pk) == "1"


def test_a_segment_is_a_filter_of_the_routes_too(client, address, project, germans, mine, api_key):
    def overview(segment):
        url = f"/api/v1/projects/{project.pk}/analytics/overview"
        return client.get(url, {"segment": segment.pk}, headers={"X-API-Key": api_key})

    answer = overview(germans).json()
    assert (answer["visitors"], answer["query"]["filters"]) == (1, GERMANY)
    refused = overview(mine)  # a key is nobody's own
    assert refused.status_code == 400
    assert refused.json()["errors"][0]["code"] == "unknown_segment"


def test_a_segment_is_a_filter_among_others_in_json(client, address, project, germans, mine, api_key):
    def overview(segment):
        url = f"/api/v1/projects/{project.pk}/analytics/overview"
        filters = json.dumps([["not", ["is", "segment", [str(segment.pk)]]]])
        return client.get(url, {"filters": filters}, headers={"X-API-Key": api_key})

    answer = overview(germans).json()
    assert (answer["visitors"], answer["query"]["filters"]) == (1, [["not", GERMANY[0]]])
    assert overview(mine).json()["errors"][0]["code"] == "unknown_segment"


def test_the_menu_shows_the_teams_and_ones_own(alice_client, client, bob, address, project, germans, mine):
    assert text(menu(alice_client, project)).startswith("Germans Mine , only you see it")
    client.force_login(bob)
    for_bob = menu(client, project)
    assert "Mine" not in text(for_bob)
    assert "Edit Germans" not in for_bob.content.decode()  # a viewer


def test_current_filters_are_saved_under_a_name(save, alice, project, address):
    query = {"period": "7d", "f": "source:is:Google", "filters": json.dumps([["not", ["is", "os", ["Linux"]]]])}
    saved = save(query, name=" Not Linux ", kind="project")
    segment = Segment.objects.get()
    assert saved["HX-Redirect"] == f"{address}?period=7d&segment={segment.pk}"
    assert (segment.name, segment.owner, segment.created_by) == ("Not Linux", None, alice)
    assert segment.filters == [["is", "source", ["Google"]], ["not", ["is", "os", ["Linux"]]]]


def test_what_is_saved_includes_the_segment_that_is_applied(save, germans):
    save({"segment": germans.pk, "f": "os:is:Linux"}, name="Both", kind="personal")
    assert Segment.objects.get(name="Both").filters == [["is", "os", ["Linux"]], *GERMANY]


def test_a_form_that_cannot_be_saved_says_why(save, germans):
    assert "This field is required." in text(save({"f": "country:is:DE"}, name=" ", kind="project"))
    taken = save({"f": "country:is:DE"}, name="germans", kind="project")
    assert "There is a segment of this name already." in text(taken)
    assert "At least one filter." in text(save({}, name="Nothing", kind="project"))
    assert Segment.objects.count() == 1


def test_a_viewer_is_not_asked_who_sees_it(client, bob, project, address):
    client.force_login(bob)
    url = f"{reverse('reports:segments', args=(project.pk,))}?f=country:is:DE"
    assert "Who sees it" not in text(client.get(url))
    client.post(url, {"name": "Bob's", "kind": "project"})
    assert Segment.objects.get().owner == bob


def test_a_segment_is_renamed_and_shared(alice_client, project, address, mine):
    url = reverse("reports:segment", args=(project.pk, mine.pk)) + f"?segment={mine.pk}"
    assert "Country is Germany" in text(alice_client.get(url))
    changed = alice_client.post(url, {"name": "Ours", "kind": "project"})
    assert changed["HX-Redirect"] == f"{address}?segment={mine.pk}"
    mine.refresh_from_db()
    assert (mine.name, mine.owner) == ("Ours", None)


def test_a_deleted_segment_says_so_where_a_link_names_it(alice_client, project, address, germans):
    url = reverse("reports:delete-segment", args=(project.pk, germans.pk))
    gone = alice_client.post(f"{url}?period=7d&f=os:is:Linux&segment={germans.pk}")
    assert gone["HX-Redirect"] == f"{address}?period=7d&f=os%3Ais%3ALinux"
    page = alice_client.get(f"{address}?period=7d&f=os:is:Linux&segment={germans.pk}")
    assert page.status_code == 404
    assert "The segment in this link was deleted, or only its owner sees it." in text(page)
    assert f'href="{address}?period=7d&amp;f=os%3Ais%3ALinux"' in page.content.decode()


def test_one_whose_filters_are_not_possible_any_more_says_so(alice_client, address, germans):
    germans.filters = [["is", "planet", ["Mars"]]]
    germans.save()
    assert "are not possible any more" in text(alice_client.get(address, {"segment": germans.pk}))


def test_others_cannot_touch_what_is_not_theirs(client, project, bob, mallory, address, germans, mine):
    for user, theirs in ((bob, (germans, mine)), (mallory, (germans, mine))):
        client.force_login(user)
        for segment in theirs:
            url = reverse("reports:segment", args=(project.pk, segment.pk))
            is_seen = user == bob and segment == germans  # the team's
            assert client.get(url).status_code == (200 if is_seen else 404)
            assert client.post(url, {"name": "Stolen", "kind": "project"}).status_code == 404
            assert client.post(f"{url}/filters?f=os:is:Linux").status_code == 404
            assert client.post(f"{url}/delete").status_code == 404
    client.force_login(mallory)
    url = reverse("reports:segments", args=(project.pk,)) + "?f=os:is:Linux"
    assert client.post(url, {"name": "Stolen"}).status_code == 404
    assert Segment.objects.count() == 2


def test_an_editor_takes_nothing_by_renaming(client, project, bob, organization, germans, address):
    organization.memberships.filter(user=bob).update(role=Role.EDITOR)
    client.force_login(bob)
    client.post(reverse("reports:segment", args=(project.pk, germans.pk)), {"name": "Deutsche", "kind": "project"})
    germans.refresh_from_db()
    assert (germans.name, germans.owner) == ("Deutsche", None)


def test_without_a_login_the_page_goes_there(client, project, address):
    headers = {"HX-Request": "true", "HX-Current-URL": f"http://testserver{address}"}
    response = client.get(reverse("reports:segments", args=(project.pk,)), headers=headers)
    assert response["HX-Redirect"] == f"/accounts/login/?next={address}"


def test_a_name_of_a_segment_is_never_markup(alice_client, project, address, germans):
    germans.name = "<script>alert(1)</script>\"'"
    germans.save()
    for page in (menu(alice_client, project), alice_client.get(address, {"segment": germans.pk})):
        assert "<script>alert" not in page.content.decode()


def test_the_operator_finds_and_deletes_them(signed_in, germans, mine):
    from projects.actions.accounts import create_account

    operator = signed_in(create_account(email="root@example.com", is_superuser=True))
    url = reverse("admin:reports_segment_changelist")
    assert "Germans" in text(operator.get(url, {"q": "example"}))
    assert operator.get(reverse("admin:reports_segment_change", args=[mine.pk])).status_code == 200
    operator.post(reverse("admin:reports_segment_delete", args=[mine.pk]), {"post": "yes"})
    assert [each.name for each in Segment.objects.all()] == ["Germans"]


def test_a_page_stays_as_it_is_but_for_the_segment(save, project, address):
    here = f"http://testserver/projects/{project.pk}/realtime?metric=visits&f=os:is:Linux&tab=cities"
    headers = {"HX-Request": "true", "HX-Current-URL": here}
    saved = save({"f": "os:is:Linux"}, headers=headers, name="Penguins", kind="project")
    segment = Segment.objects.get()
    assert saved["HX-Redirect"] == f"/projects/{project.pk}/realtime?metric=visits&tab=cities&segment={segment.pk}"


@pytest.mark.parametrize("elsewhere", ["https://evil.example/projects/1", "http://testserver//evil.example/", "%"])
def test_no_other_address_is_led_to(save, address, elsewhere):
    saved = save({"f": "os:is:Linux"}, headers={"HX-Current-URL": elsewhere}, name="Penguins", kind="project")
    assert saved["HX-Redirect"] == f"{address}?segment={Segment.objects.get().pk}"


class TestChangingFilters:
    """A segment's filters become those of the page, and those of the page the segment's."""

    @pytest.fixture
    def update(self, alice_client, project, germans):
        def update(query):
            url = reverse("reports:segment-filters", args=(project.pk, germans.pk))
            return alice_client.post(f"{url}?{urlencode(query)}")

        return update

    def test_its_filters_are_opened_as_chips(self, alice_client, project, address, germans):
        dialog = alice_client.get(reverse("reports:segment", args=(project.pk, germans.pk)) + "?period=7d")
        editing = f"{address}?period=7d&f=country%3Ais%3ADE&editing={germans.pk}"
        assert f'href="{html.escape(editing)}"' in dialog.content.decode()
        page = text(alice_client.get(editing))
        assert "You are changing the filters of the segment “Germans”." in page
        assert "Segment Germans" not in page

    def test_what_the_page_shows_becomes_the_segment(self, update, address, germans):
        saved = update({"period": "7d", "editing": germans.pk, "f": "country:is:FR"})
        assert saved["HX-Redirect"] == f"{address}?period=7d&segment={germans.pk}"
        germans.refresh_from_db()
        assert (germans.name, germans.filters) == ("Germans", [["is", "country", ["FR"]]])

    def test_filters_beside_it_become_a_part_of_it(self, alice_client, project, update, germans):
        query = {"segment": germans.pk, "f": "os:is:Linux"}
        assert "Update “Germans” with these filters" in text(menu(alice_client, project, urlencode(query)))
        update(query)
        germans.refresh_from_db()
        assert germans.filters == [["is", "os", ["Linux"]], *GERMANY]

    def test_a_segment_of_nothing_is_refused_in_words(self, update, germans):
        refused = update({"editing": germans.pk})
        assert (refused.status_code, refused.content.decode()) == (400, "At least one filter.")
        germans.refresh_from_db()
        assert germans.filters == GERMANY

    @pytest.mark.parametrize("segment", ["", "no-id", "00000000-0000-0000-0000-000000000000"])
    def test_one_that_is_not_there_is_not_edited(self, alice_client, address, segment):
        page = alice_client.get(address, {"editing": segment})
        assert page.status_code == 200
        assert "You are changing" not in text(page)

    def test_a_viewer_is_told_what_the_teams_holds_and_changes_nothing(self, client, bob, project, address, germans):
        client.force_login(bob)
        told = client.get(reverse("reports:segment", args=(project.pk, germans.pk)))
        assert "Country is Germany" in text(told)
        assert f"http://testserver{address}?segment={germans.pk}" in html.unescape(told.content.decode())
        for word in ("Save", "Delete", "Change its filters"):
            assert word not in text(told)
        assert "You are changing" not in text(client.get(address, {"editing": germans.pk}))


def test_many_segments_can_be_searched(alice_client, project, address):
    Segment.objects.bulk_create(Segment(project=project, name=f"No. {n}", filters=GERMANY) for n in range(8))
    assert "Search segments" in text(menu(alice_client, project))
    Segment.objects.first().delete()
    assert "Search segments" not in text(menu(alice_client, project))
