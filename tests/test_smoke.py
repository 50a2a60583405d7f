import pytest

@pytest.mark.django_db
def test_it_boots(client):
    assert client.get("/accounts/login/").status_code == 200
