"""Conditions as the rows and groups of the filter dialog, and the dialog itself."""

import html
import json
from urllib.parse import urlencode

import pytest
from django.urls import reverse
from hypothesis import given

from reports.filter_form import FilterForm, FilterGroup, FilterRow, KeptCondition, Token, filter_form
from reports.models import SharedLink
from reports.tests.strategies import conditions_of
from tracking.storage.conditions import AllOf, AnyOf, Filter, HasDone, Not, filters_in

GERMANY = Filter("country", "is", ("DE", ""))
DOCS = Filter("page", "contains", ("/docs",), case_sensitive=False)
GERMANY_ROW = FilterRow("country", "is", (Token("DE", "Germany"), Token("", "Unknown")), case="true")
DOCS_ROW = FilterRow("page", "contains", (Token("/docs", "/docs"),), case="false")


@pytest.mark.parametrize(
    ("condition", "item"),
    [
        (GERMANY, GERMANY_ROW),
        (DOCS, DOCS_ROW),
        (Filter("prop:a:b", "is_not", ("x",)), FilterRow("prop", "is_not", (Token("x", "x"),), key="a:b", case="true")),
        (Filter("currency", "is", ("EUR",)),
         FilterRow("currency", "is", (Token("EUR", "EUR"),), other="Currency", case="true")),
        (AnyOf((GERMANY, DOCS)), FilterGroup("any", (GERMANY_ROW, DOCS_ROW))),
        (AllOf((GERMANY, DOCS)), FilterGroup("all", (GERMANY_ROW, DOCS_ROW))),
        (Not(GERMANY), FilterGroup("none", (GERMANY_ROW,))),
        (Not(AnyOf((GERMANY, DOCS))), FilterGroup("none", (GERMANY_ROW, DOCS_ROW))),
        (HasDone(GERMANY), FilterGroup("done", (GERMANY_ROW,))),
        (Not(HasDone(AllOf((GERMANY, DOCS)))), FilterGroup("not_done", (GERMANY_ROW, DOCS_ROW))),
        (Not(AllOf((DOCS, DOCS))),
         KeptCondition("Not (Page contains /docs and Page contains /docs)",
                       json.dumps(["not", ["and", [["contains", "page", ["/docs"], {"case_sensitive": False}]] * 2]]))),
    ],
)  # fmt: skip
def test_a_condition_is_a_row_or_a_group_or_kept(condition, item):
    assert filter_form((DOCS, condition)).items == (DOCS_ROW, item)


def test_any_of_alone_is_opened_unless_something_is_added():
    either = AnyOf((GERMANY, DOCS))
    assert filter_form((either,)) == FilterForm((GERMANY_ROW, DOCS_ROW), is_any=True)
    assert filter_form((either,), adds=True) == FilterForm((FilterGroup("any", (GERMANY_ROW, DOCS_ROW)),))


@given(conditions_of())
def test_no_value_of_any_filter_is_lost(conditions):
    def values(item):
        match item:
            case FilterRow():
                return [token.value for token in item.tokens]
            case FilterGroup():
                return [value for row in item.rows for value in values(row)]
        return [value for each in filters_of(json.loads(item.json)) for value in each]

    def filters_of(tree):
        inner = tree[1] if isinstance(tree[1], list) and isinstance(tree[1][0], list) else [tree[1]]
        return [tree[2]] if isinstance(tree[1], str) else [each for part in inner for each in filters_of(part)]

    found = [value for item in filter_form(conditions).items for value in values(item)]
    assert found == [value for each in filters_in(conditions) for value in each.values]


pytestmark = pytest.mark.usefixtures("noon")


@pytest.mark.django_db
class TestDialog:
    @pytest.fixture
    def ask(self, alice_client, project, store_events):
        store_events({"country": "DE"})

        def ask(query, **headers):
            section = reverse("reports:section", args=(project.pk, "filter-dialog"))
            return alice_client.get(f"{section}?{urlencode(query, doseq=True)}", headers=headers)

        return ask

    @pytest.fixture
    def here(self, project):
        return reverse("reports:dashboard", args=(project.pk,))

    def test_it_holds_the_filters_of_the_page(self, ask):
        page = html.unescape(ask({"f": ["country:is:DE", "page:contains:/docs"]}).content.decode())
        for text in ("Germany", "/docs", "Remove Germany", "Custom property"):
            assert text in page

    def test_what_was_chosen_is_the_address_of_the_page(self, ask, here):
        chosen = [["is", "country", ["DE"]], ["contains", "page", ["/docs"], {"case_sensitive": False}]]
        url = f"http://testserver{here}?period=7d&f=os:is:iOS&metric=visits"
        applied = ask({"f": "os:is:iOS", "apply": json.dumps(chosen)}, HX_Current_URL=url)
        assert applied["HX-Redirect"] == (
            f"{here}?period=7d&metric=visits&f=country%3Ais%3ADE&f=page%3Acontains%3A%2Fdocs"
        )

    def test_nothing_chosen_is_everything(self, ask, here):
        assert ask({"f": "os:is:iOS", "apply": "[]"})["HX-Redirect"] == here

    @pytest.mark.parametrize(
        ("chosen", "said"),
        [
            ([["is", "page", []]], "Choose at least one value for each filter."),
            ([["is", "prop:", ["x"]]], "The name of a property has 1 to 100 characters."),
            ([["is", "prop:" + "k" * 101, ["x"]]], "The name of a property has 1 to 100 characters."),
            ([["is", "page", ["x" * 10_000]]], "A value has at most 2048 characters, a pattern 250."),
            ([["matches", "page", ["x" * 251]]], "A value has at most 2048 characters, a pattern 250."),
            ([["matches", "page", ["("]]], "A pattern is not a regular expression:"),
            ([["is", "page", ["a\0b"]]], "A value has a character that cannot be stored."),
            ([["is", "page", ["\ud800"]]], "A value has a character that cannot be stored."),
            ([["matches", "page", [str(n) for n in range(21)]]], "These are too many:"),
            ([["is", "page", ["x"]]] * 51, "These are too many:"),
            ([["is", "page", [f"/{n}/" + "x" * 1500 for n in range(15)]]], "These are too many:"),
            ("[" * 50_000, "These filters cannot be applied:"),
            ({"is": "page"}, "Choose at least one value"),
        ],
    )
    def test_what_cannot_be_applied_is_said_in_the_form_which_stays(self, ask, chosen, said):
        refused = ask({"apply": chosen if isinstance(chosen, str) else json.dumps(chosen)})
        assert refused.status_code == 200
        assert "HX-Redirect" not in refused
        assert refused["HX-Retarget"] == "#filter-faults"
        assert said in html.unescape(refused.content.decode())

    @pytest.mark.parametrize("value", ['"><script>alert(1)</script>', "🔑\u202e", "a:b:is:c", "'; DROP TABLE", " "])
    def test_any_text_is_a_value_and_never_markup(self, ask, here, alice_client, value):
        applied = ask({"apply": json.dumps([["is", "page", [value]]])})
        page = alice_client.get(applied["HX-Redirect"])
        assert page.status_code == 200
        assert "<script>alert" not in page.content.decode()
        assert html.escape(value) in page.content.decode()

    @pytest.mark.parametrize("at", ["-1", "x", "51"])
    def test_a_place_that_is_none_is_refused(self, ask, at):
        assert ask({"at": at}).status_code == 400

    def test_an_outsider_finds_nothing(self, client, mallory, project):
        client.force_login(mallory)
        assert client.get(reverse("reports:section", args=(project.pk, "filter-dialog"))).status_code == 404

    def test_who_has_a_shared_link_filters_too(self, client, ask, project):
        link = SharedLink.objects.create(project=project, name="All", least_visitors=0)
        section = reverse("reports:shared-section", args=(link.slug, "filter-dialog"))
        assert "Germany" in client.get(f"{section}?f=country:is:DE").content.decode()
        here = f"http://testserver/share/{link.slug}?period=7d"
        chosen = json.dumps([["is", "country", ["DE"]]])
        applied = client.get(section, {"apply": chosen}, headers={"HX-Current-URL": here})
        assert applied["HX-Redirect"] == f"/share/{link.slug}?period=7d&f=country%3Ais%3ADE"

    def test_a_shared_link_suggests_nothing_that_few_have(self, client, store_events, project):
        store_events(*({"visitor_id": n, "session_id": n, "country": "FR" if n < 3 else "DE"} for n in range(1, 9)))
        link = SharedLink.objects.create(project=project, name="All", least_visitors=3)
        section = reverse("reports:shared-section", args=(link.slug, "suggestions"))
        for text in ("", "fra"):
            options = client.get(section, {"dimension": "country", "q": text}).json()["options"]
            assert all(each["count"] == "" or each["value"] == "DE" for each in options)
        assert client.get(section, {"dimension": "prop"}).json()["options"] == []
