"""Goals where they are not on their own page: their names, the overview's numbers and lists, filters, segments."""

import html
import json
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from goals.actions import create_goal, delete_goal
from projects.actions.projects import create_project
from reports.models import SharedLink
from reports.tests.conftest import GOOGLE, NOW, SIGNUP

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("noon")]
PURCHASE = {"event_type": "custom", "event_name": "Purchase", "currency": "EUR"}


def by(visitor, **fields):
    return {"visitor_id": visitor, "session_id": visitor} | fields


@pytest.fixture
def signup(project, alice):
    return create_goal(
        project=project,
        by=alice,
        name="Signed up",
        goal_type="event",
        target_event_type="custom",
        target_event_name="Signup",
    )


@pytest.fixture
def purchase(project, alice):
    return create_goal(
        project=project,
        by=alice,
        name="Bought",
        goal_type="event",
        target_event_type="custom",
        target_event_name="Purchase",
    )


@pytest.fixture
def site(signup, purchase, store_events):
    """Five visits: of three from Google two signed up, one of them twice; of two others one bought something."""
    store_events(
        by(1, **GOOGLE), by(1, **GOOGLE | SIGNUP), by(1, **GOOGLE | SIGNUP),
        by(2, **GOOGLE), by(2, **GOOGLE | SIGNUP),
        by(3, **GOOGLE), by(4), by(5, path="/shop"), by(5, path="/shop", value=49.5, **PURCHASE),
    )  # fmt: skip


@pytest.fixture
def section(alice_client, project):
    def section(name, status=200, **query):
        address = reverse("reports:section", args=(project.pk, name))
        answer = alice_client.get(address, {"period": "today"} | query)
        assert answer.status_code == status, answer.content
        return answer.content.decode()

    return section


@pytest.fixture
def dashboard(alice_client, project):
    def dashboard(**query):
        return alice_client.get(reverse("reports:dashboard", args=(project.pk,)), query).content.decode()

    return dashboard


def text(page):
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def rows(page):
    """Label and numbers of each row, as they are read aloud."""
    return [text(each) for each in re.findall(r'<li class="rows__row.*?</li>', page, re.DOTALL)]


class TestOverview:
    def test_goals_are_a_list_once_there_are_any(self, dashboard, section, store_events, project, alice, signup):
        store_events({})
        assert 'id="panel-goals"' in dashboard()
        delete_goal(goal=signup, by=alice)
        assert 'id="panel-goals"' not in dashboard()

    def test_the_list_says_who_reached_a_goal_how_often_and_which_part_of_the_visits(self, site, section):
        assert rows(section("conversions")) == [
            "Signed up Visitors: 2 Total: 3 Rate: 40%",
            "Bought Visitors: 1 Total: 1 Rate: 20%",
        ]

    def test_its_details_are_sorted_and_searched_by_name(self, site, section):
        page = section("details", of="conversions", sort="completions")
        assert text(page).index("Bought") < text(page).index("Signed up")
        found = text(section("details", of="conversions", search="SIGN"))
        assert "Signed up" in found
        assert "Bought" not in found
        assert "has “nonsense” in it" in text(section("details", of="conversions", search="nonsense"))

    def test_the_headlines_have_completions_and_their_rate_where_there_are_goals(self, site, section):
        said = text(section("overview"))
        assert "Completions 4" in said
        assert "Conversion rate 60%" in said

    def test_a_project_without_goals_or_revenue_has_neither(self, section, store_events):
        store_events({})
        said = text(section("overview"))
        assert "Completions" not in said
        assert "Revenue" not in said

    def test_revenue_is_told_in_its_currency_and_drawn(self, site, section):
        assert "Revenue €49.50" in text(section("overview"))
        series = section("series")
        drawn = json.loads(re.search(r'<script id="series-data" type="application/json">(.*?)</script>', series)[1])
        assert drawn["metrics"]["revenue"]["currency"] == "EUR"
        assert sum(drawn["metrics"]["revenue"]["values"]) == 49.5
        assert "€49.50" in text(series)

    def test_revenue_in_several_currencies_is_never_added_up(self, site, section, store_events):
        store_events(by(6, value=10, **PURCHASE | {"currency": "USD"}))
        page = section("overview")
        assert "Revenue €49.50 · $10" in text(page)
        assert 'data-metric="revenue"' not in page
        assert "revenue" not in section("series")

    def test_what_brought_no_revenue_has_none(self, site, section):
        assert "Revenue –" in text(section("overview", f="source:is:Google"))

    def test_a_site_without_revenue_does_not_speak_of_it(self, signup, store_events, section):
        store_events({})
        assert "Revenue" not in text(section("overview"))

    @pytest.mark.parametrize(
        ("metric", "said"), [("completions", "4"), ("conversion_rate", "60%"), ("revenue", "€49.50")]
    )
    def test_each_number_is_explained(self, site, section, metric, said):
        assert said in text(section("explain", metric=metric))

    def test_no_number_is_explained_that_is_not_shown(self, section, store_events):
        store_events({})
        section("explain", status=404, metric="percentage")


class TestFilteredByAGoal:
    def test_the_headlines_are_about_who_reached_it(self, site, section, signup):
        said = text(section("overview", f=f"goal:is:{signup.pk}"))
        for number in ("Unique visitors 2", "Completions 3", "Converted visits 2", "Conversion rate 40%"):
            assert number in said
        assert "Bounce rate" not in said

    def test_every_list_says_which_part_of_a_row_reached_it(self, site, section, signup):
        assert rows(section("sources", f=f"goal:is:{signup.pk}")) == ["G Google Visitors: 2 Rate: 67%"]

    def test_so_do_the_details(self, site, section, signup):
        said = text(section("details", of="sources", f=f"goal:is:{signup.pk}"))
        assert "Google 2 – 3 67% 100%" in said

    def test_the_chart_has_the_same_numbers(self, site, section, signup):
        assert "Converted visits" in text(section("series", f=f"goal:is:{signup.pk}"))

    def test_the_numbers_are_those_of_the_api(self, site, section, signup, client, project, api_key):
        body = {
            "metrics": ["visitors", "completions", "converted_visits", "conversion_rate"],
            "date_range": "day",
            "filters": [["is", "goal", [str(signup.pk)]]],
        }
        address = f"/api/v1/projects/{project.pk}/query"
        answer = client.post(address, body, content_type="application/json", headers={"X-API-Key": api_key})
        assert answer.json()["results"] == [{"dimensions": [], "metrics": [2, 3, 2, 40]}]


class TestNames:
    def test_a_goal_is_filtered_by_its_name(self, site, section, signup):
        assert section("sources", f="goal:is:signed UP") == section("sources", f=f"goal:is:{signup.pk}")

    def test_a_name_that_is_none_is_refused(self, site, section):
        assert "neither the name of a goal nor an id" in section("sources", status=400, f="goal:is:Nonsense")

    def test_chips_say_the_name(self, site, dashboard, signup):
        assert "Goal is Signed up" in text(dashboard(f=f"goal:is:{signup.pk}"))
        has_not_done = json.dumps([["has_not_done", ["is", "goal", [str(signup.pk)]]]])
        assert "Has not done (Goal is Signed up)" in text(dashboard(filters=has_not_done))

    def test_a_goal_that_is_gone_or_another_tenants_has_no_name(self, site, dashboard, mallory, alice, signup):
        theirs = create_project(organization=mallory.organizations.first(), name="Theirs", domain="theirs.example")
        secret = create_goal(
            project=theirs,
            by=mallory,
            name="Secret plan",
            goal_type="pageview",
            target_url_pattern="/",
            url_match="exact",
        )
        said = text(dashboard(f=f"goal:is:{secret.pk}"))
        assert "Goal is (deleted goal)" in said
        assert "Secret plan" not in said
        delete_goal(goal=signup, by=alice)
        assert "Goal is (deleted goal)" in text(dashboard(f=f"goal:is:{signup.pk}"))

    def test_the_dialog_offers_goals_by_name_also_those_that_nobody_reached(
        self, site, section, signup, project, alice
    ):
        never = create_goal(
            project=project,
            by=alice,
            name="Never",
            goal_type="pageview",
            target_url_pattern="/never",
            url_match="exact",
        )
        options = json.loads(section("suggestions", dimension="goal"))["options"]
        assert [(each["label"], each["count"]) for each in options] == [
            ("Signed up", "2"),
            ("Bought", "1"),
            ("Never", ""),
        ]
        options = json.loads(section("suggestions", dimension="goal", q="nev"))["options"]
        assert [each["value"] for each in options] == [str(never.pk)]
        assert json.loads(section("suggestions", dimension="goal", q="nonsense"))["options"] == []

    def test_the_dialog_has_the_goals_of_a_filter_by_name(self, site, section, signup):
        has_done = json.dumps([["has_done", ["is", "goal", [str(signup.pk)]]]])
        page = section("filter-dialog", filters=has_done)
        assert "Signed up" in text(page)
        assert f'data-value="{signup.pk}"' in page

    def test_who_has_done_it_is_counted_with_all_that_they_did(self, site, section):
        has_done = json.dumps([["has_done", ["is", "goal", ["Signed up"]]]])
        assert "Pageviews 2" in text(section("overview", filters=has_done))

    def test_the_explanation_says_the_name(self, site, section, signup):
        assert "Goal is Signed up" in text(section("explain", metric="visitors", f=f"goal:is:{signup.pk}"))

    def test_a_segment_keeps_the_goal_and_not_its_name(self, site, client, project, api_key, signup):
        address = f"/api/v1/projects/{project.pk}/segments"
        body = {"name": "Customers", "kind": "project", "filters": [["is", "goal", ["Signed up"]]]}
        made = client.post(address, body, content_type="application/json", headers={"X-API-Key": api_key})
        assert made.json()["filters"] == [["is", "goal", [str(signup.pk)]]]


class TestThroughALink:
    @pytest.fixture
    def link(self, project):
        return SharedLink.objects.create(project=project, name="For the board", least_visitors=0)

    @pytest.fixture
    def with_goals(self, link):
        link.pages = ["goals"]
        link.save()
        return link

    def ask(self, client, link, name, **query):
        return client.get(reverse("reports:shared-section", args=(link.slug, name)), {"period": "today"} | query)

    def test_a_link_without_goals_says_nothing_of_them(self, client, site, link, signup):
        page = client.get(reverse("reports:shared-dashboard", args=(link.slug,))).content.decode()
        assert 'id="panel-goals"' not in page
        assert 'value="goal"' not in self.ask(client, link, "filter-dialog").content.decode()
        said = text(self.ask(client, link, "overview").content.decode())
        for word in ("Completions", "Conversion", "Revenue"):
            assert word not in said
        for name, query in (
            ("conversions", {}),
            ("details", {"of": "conversions"}),
            ("suggestions", {"dimension": "goal"}),
            ("explain", {"metric": "visitors", "dimension": "goal"}),
            ("explain", {"metric": "completions"}),
            ("explain", {"metric": "revenue"}),
        ):
            assert self.ask(client, link, name, **query).status_code == 404, (name, query)

    @pytest.mark.parametrize("value", ["is:Signed up", "is:Nonsense", "contains:a", "is_not:x"])
    def test_nor_does_it_filter_by_them(self, client, site, link, value):
        refused = self.ask(client, link, "overview", f=f"goal:{value}")
        assert refused.status_code == 400
        assert "goals are not shown" in refused.content.decode()
        has_done = json.dumps([["has_done", ["is", "goal", ["Signed up"]]]])
        assert self.ask(client, link, "overview", filters=has_done).status_code == 400

    def test_a_link_with_goals_shows_them(self, client, site, with_goals):
        page = client.get(reverse("reports:shared-dashboard", args=(with_goals.slug,))).content.decode()
        assert 'id="panel-goals"' in page
        assert "Signed up" in self.ask(client, with_goals, "conversions").content.decode()
        assert "Conversion rate 60%" in text(self.ask(client, with_goals, "overview").content.decode())

    def test_what_few_reached_is_folded(self, client, site, with_goals):
        with_goals.least_visitors = 3
        with_goals.save()
        assert "Signed up" not in text(self.ask(client, with_goals, "conversions").content.decode())
        assert "Bought" not in text(self.ask(client, with_goals, "conversions").content.decode())
        assert "€49.50" not in text(self.ask(client, with_goals, "overview").content.decode())

    def test_how_many_reached_any_goal_is_not_told_where_they_are_few(self, client, site, with_goals):
        with_goals.least_visitors = 4  # five came, and three reached a goal
        with_goals.save()
        said = text(self.ask(client, with_goals, "overview").content.decode())
        assert "Unique visitors 5" in said
        assert "Completions –" in said
        assert "Conversion rate –" in said
        with_goals.least_visitors = 3
        with_goals.save()
        assert "Completions 4" in text(self.ask(client, with_goals, "overview").content.decode())

    def test_the_revenue_of_a_day_on_which_few_paid_is_not_drawn(self, client, site, with_goals, store_events):
        yesterday = {"occurred_at": NOW - timedelta(days=1), "session_started_at": NOW - timedelta(days=1)}
        store_events(*(by(visitor, **yesterday) for visitor in (11, 12, 13)))
        store_events(*(by(visitor, value=20.0, **PURCHASE) for visitor in (21, 22)))
        store_events(by(11, value=7.25, **PURCHASE | yesterday))
        drawn = self.ask(client, with_goals, "series", period="7d").content.decode()
        assert "€7.25" in drawn
        with_goals.least_visitors = 3
        with_goals.save()
        drawn = self.ask(client, with_goals, "series", period="7d").content.decode()
        assert "7.25" not in drawn


class TestBesideTheDashboard:
    def test_an_answer_by_goal_says_their_names(self, site, client, project, api_key, signup, purchase):
        body = {"metrics": ["completions"], "date_range": "day", "dimensions": ["event:goal"]}
        address = f"/api/v1/projects/{project.pk}/query"
        answer = client.post(address, body, content_type="application/json", headers={"X-API-Key": api_key}).json()
        assert answer["results"] == [
            {"dimensions": [str(signup.pk)], "metrics": [3]},
            {"dimensions": [str(purchase.pk)], "metrics": [1]},
        ]
        assert answer["meta"]["goals"] == {str(signup.pk): "Signed up", str(purchase.pk): "Bought"}

    def test_a_query_names_goals_as_plausible_does(self, site, client, project, api_key):
        address = f"/api/v1/projects/{project.pk}/query"
        body = {
            "metrics": ["visitors"],
            "date_range": "day",
            "filters": [["is", "event:goal", ["Signed up", "Bought"]]],
        }
        answer = client.post(address, body, content_type="application/json", headers={"X-API-Key": api_key}).json()
        assert answer["results"] == [{"dimensions": [], "metrics": [3]}]
        body["filters"] = [["is", "event:goal", ["Signed up", "Nonsense"]]]
        refused = client.post(address, body, content_type="application/json", headers={"X-API-Key": api_key})
        assert refused.status_code == 400
        assert [(each["pointer"], each["code"]) for each in refused.json()["errors"]] == [
            ("/filters/0/2/1", "unknown_goal")
        ]

    def test_a_file_has_names_beside_the_ids(self, site, client, project, api_key, signup, purchase):
        address = f"/api/v1/projects/{project.pk}/analytics/export"
        query = {"dimension": "goal", "metrics": "completions", "period": "today"}
        answer = client.get(address, query, headers={"X-API-Key": api_key})
        assert b"".join(answer.streaming_content).decode().splitlines() == [
            "goal,goal_name,completions",
            f"{signup.pk},Signed up,3",
            f"{purchase.pk},Bought,1",
        ]
