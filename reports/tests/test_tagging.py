"""Links with UTM parameters: what is made of what somebody types, and what is odd about it."""

import pytest

from reports.campaigns.tagging import tagged_link

LETTER = {"utm_source": "newsletter", "utm_medium": "email", "utm_campaign": "spring"}
TAGS = "utm_source=newsletter&utm_medium=email&utm_campaign=spring"


def made(url="https://example.com/", tags=LETTER, used=None):
    return tagged_link(url, tags, domain="example.com", used=used or {})


@pytest.mark.parametrize(
    ("address", "url"),
    [
        ("https://example.com/", f"https://example.com/?{TAGS}"),
        (" example.com/pricing ", f"https://example.com/pricing?{TAGS}"),
        ("//example.com", f"https://example.com?{TAGS}"),
        ("http://example.com:8000/a?b=1&c=%20&d", f"http://example.com:8000/a?b=1&c=%20&d&{TAGS}"),
        ("https://example.com/?utm_source=old&x=1&UTM_Medium=old", f"https://example.com/?x=1&{TAGS}"),
        ("https://example.com/#top", f"https://example.com/?{TAGS}#top"),
        ("https://example.com/?a=1#/in/app?x=1", f"https://example.com/?a=1&{TAGS}#/in/app?x=1"),
        ("https://bücher.example.com/ä", f"https://bücher.example.com/ä?{TAGS}"),
    ],
)
def test_the_rest_of_the_address_stays(address, url):
    assert (made(address).url, made(address).faults) == (url, {})


@pytest.mark.parametrize(
    "address",
    [
        "",
        "javascript:alert(1)",
        "mailto:a@example.com",
        "https://alice:secret@example.com/",
        "https://",
        "https://exa mple.com",
        "https://[::1",
        "https://a:b",
        "ftp://example.com",
        f"https://example.com/{'x' * 2048}",
    ],
)
def test_what_is_no_address_is_said_by_its_field(address):
    assert made(address).url == ""
    assert set(made(address).faults) == {"url"}


def test_special_characters_are_encoded():
    assert made(tags=LETTER | {"utm_campaign": "50% & more=é"}).url.endswith("utm_campaign=50%25+%26+more%3D%C3%A9")


def test_a_link_without_a_source_is_none():
    assert set(made(tags={"utm_campaign": "spring"}).faults) == {"utm_source"}
    assert set(made(tags=LETTER | {"utm_term": "x" * 256}).faults) == {"utm_term"}


@pytest.mark.parametrize(
    ("tags", "source", "channel"),
    [
        (LETTER, "newsletter", "Email"),
        ({"utm_source": "google", "utm_medium": "cpc"}, "Google", "Paid Search"),
        ({"utm_source": "facebook", "utm_medium": "paid_social"}, "Facebook", "Paid Social"),
        ({"utm_source": "partner"}, "partner", "Referral"),
    ],
)
def test_it_says_how_the_product_will_count_the_visit(tags, source, channel):
    found = made(tags=tags)
    assert (found.source, found.channel) == (source, channel)


def test_another_spelling_of_a_value_that_was_used_is_pointed_out():
    used = {"utm_source": {"newsletter": 40.0, "news_letter": 2.0}, "utm_medium": {"email": 3.0}}
    (warning,) = made(tags=LETTER | {"utm_source": "News Letter"}, used=used).warnings
    assert (warning.field, warning.better) == ("utm_source", "newsletter")
    assert "with 40 visits" in warning.text


def test_a_value_as_it_was_used_is_right_even_with_capitals():
    assert made(tags=LETTER | {"utm_source": "Partner"}, used={"utm_source": {"Partner": 1.0}}).warnings == []


def test_new_capitals_are_pointed_out():
    (warning,) = made(tags=LETTER | {"utm_campaign": "Spring"}).warnings
    assert warning.better == "spring"


def test_what_is_missing_is_pointed_out():
    assert [each.field for each in made(tags={"utm_source": "partner"}).warnings] == ["utm_medium", "utm_campaign"]


@pytest.mark.parametrize(
    ("address", "is_odd"),
    [
        ("https://www.example.com/", False),
        ("https://shop.example.com/", False),
        ("https://other.example/", True),
        ("https://notexample.com/", True),
        ("https://example.com/#/?utm_source=x", True),
    ],
)
def test_an_address_that_is_not_counted_is_pointed_out(address, is_odd):
    assert bool(made(address).warnings) == is_odd
