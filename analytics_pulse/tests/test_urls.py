from django.contrib.staticfiles import finders


def test_a_page_that_names_no_icon_has_one(client):
    answer = client.get("/favicon.ico")
    assert answer.status_code == 301
    assert finders.find(answer.url.removeprefix("/static/")) is not None
