"""What people type for domains, origins and query parameters."""

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from projects.domains import normal_domain, normal_origin, normal_origins, normal_query_params, shown_domain


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("example.com", "example.com"),
        (" EXAMPLE.com. ", "example.com"),
        ("https://user:pw@example.com:8443/shop?x#y", "example.com"),
        ("//example.com/a//b", "example.com"),
        ("localhost:3000", "localhost"),
        ("127.0.0.1", "127.0.0.1"),
        ("Bücher.example", "xn--bcher-kva.example"),
        ("straße.de", "xn--strae-oqa.de"),
        ("日本語。jp", "xn--wgv71a119e.jp"),
        ("my_site.example", "my_site.example"),
    ],
)
def test_a_domain_is_kept_as_browsers_send_it(typed, kept):
    assert normal_domain(typed) == kept


@pytest.mark.parametrize(
    "typed", ["", "https://", "a b.com", "*.example.com", "a..b", "-a.com", "a" * 64, "[::1]", "ü" * 99]
)
def test_what_is_no_host_name_is_refused(typed):
    with pytest.raises(ValidationError):
        normal_domain(typed)


@given(st.text(max_size=300))
def test_any_text_is_a_domain_in_regular_form_or_refused(text):
    try:
        domain = normal_domain(text)
    except ValidationError:
        return
    assert normal_domain(domain) == domain
    assert domain.isascii()
    assert shown_domain(domain)


def test_a_domain_is_shown_as_people_write_it():
    assert shown_domain("xn--bcher-kva.example") == "bücher.example"
    assert shown_domain("xn--a.example") == "xn--a.example"  # no such name: as it is


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Example.com/", "https://example.com"),
        ("http://localhost:3000", "http://localhost:3000"),
        ("https://example.com:443", "https://example.com"),
        ("https://*.Bücher.example", "https://*.xn--bcher-kva.example"),
    ],
)
def test_an_origin_is_kept_as_browsers_send_it(typed, kept):
    assert normal_origin(typed) == kept


@pytest.mark.parametrize(
    "typed", ["ftp://a.com", "https://a.com/x", "https://a.com?x", "*", "https://u@a.com", "a:99999"]
)
def test_what_is_no_origin_is_refused(typed):
    with pytest.raises(ValidationError):
        normal_origin(typed)


def test_lists_hold_each_once_and_not_too_many():
    assert normal_origins(["a.com", "", "https://a.com", "b.com"]) == ["https://a.com", "https://b.com"]
    assert normal_query_params([" ref ", "ref", "", "page"]) == ["ref", "page"]
    with pytest.raises(ValidationError):
        normal_origins(f"a{number}.com" for number in range(51))
    with pytest.raises(ValidationError):
        normal_query_params(["a b"])
