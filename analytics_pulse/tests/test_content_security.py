import pytest

from analytics_pulse.content_security import STRICT_HEADER, policy


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/accounts/login/", "/admin/login/", "/no-such-page"])
def test_pages_run_nothing_inline_and_load_nothing_from_elsewhere(client, path):
    header = client.get(path).headers["Content-Security-Policy"]
    assert header == STRICT_HEADER
    assert "unsafe" not in header
    assert "default-src 'none'" in header
    assert "frame-ancestors 'none'" in header


def test_answers_that_are_no_pages_carry_no_policy(client):
    assert "Content-Security-Policy" not in client.get("/health").headers


@pytest.mark.django_db
def test_the_api_documentation_has_inline_styles_and_no_inline_script(client):
    response = client.get("/api/docs/")
    assert response.status_code == 200
    assert response.headers["Content-Security-Policy"] == policy(style_src="'self' 'unsafe-inline'")
    assert b"<script>" not in response.content
    script = client.get("/api/docs/?script=")
    assert script.headers["Content-Type"].startswith("application/javascript")
    assert b"SwaggerUIBundle" in script.content
