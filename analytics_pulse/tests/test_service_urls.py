import pytest
from django.core.exceptions import ImproperlyConfigured

from analytics_pulse import embedded, service_urls


def test_a_database_url_becomes_djangos_fields_with_percent_signs_decoded():
    assert service_urls.database("postgresql://us%40er:p%2Fw@db.example:6432/na%20me?sslmode=require") == {
        "ENGINE": "psql_partition.backend",
        "NAME": "na me",
        "USER": "us@er",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6432",
        "OPTIONS": {"sslmode": "require"},
    }


def test_the_embedded_database_is_on_a_socket(tmp_path):
    fields = service_urls.database(embedded.database_url(tmp_path))
    assert (fields["HOST"], fields["PORT"], fields["OPTIONS"]) == (str(embedded.socket_dir(tmp_path)), "", {})


def test_another_kind_of_database_is_refused():
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must start with postgresql://, not mysql://"):
        service_urls.database("mysql://root@localhost/x")


@pytest.mark.parametrize(
    ("redis_url", "broker"),
    [
        ("unix:///run/redis.sock", "redis+socket:///run/redis.sock"),
        ("redis://redis:6379/0", "redis://redis:6379/0"),
        ("rediss://:pw@redis.example:6380/1", "rediss://:pw@redis.example:6380/1"),
    ],
)
def test_the_broker_is_the_same_redis_in_celerys_spelling(redis_url, broker):
    assert service_urls.broker(redis_url) == broker


def test_a_mail_server_is_spoken_to_with_starttls_unless_told_otherwise():
    mail = service_urls.email("smtp://user:p%40ss@mail.example")
    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (587, True, False)
    assert (mail["EMAIL_HOST_USER"], mail["EMAIL_HOST_PASSWORD"]) == ("user", "p@ss")
    assert service_urls.email("smtp://mail.example:25?tls=0")["EMAIL_USE_TLS"] is False


def test_smtps_is_tls_from_the_first_byte():
    mail = service_urls.email("smtps://mail.example")
    assert (mail["EMAIL_PORT"], mail["EMAIL_USE_TLS"], mail["EMAIL_USE_SSL"]) == (465, False, True)


def test_an_unknown_mail_scheme_is_refused():
    with pytest.raises(ImproperlyConfigured, match="EMAIL_URL must start with"):
        service_urls.email("pigeon://coop")


def test_a_socket_folder_stays_short_however_long_the_data_directory_is(tmp_path):
    long = tmp_path / ("x" * 200)
    assert len(bytes(embedded.socket_dir(long))) <= embedded.MAX_SOCKET_DIR_BYTES
    assert embedded.socket_dir(long) == embedded.socket_dir(long)
    assert embedded.socket_dir(long) != embedded.socket_dir(tmp_path / ("y" * 200))


def test_a_socket_folder_is_closed_to_others(tmp_path):
    embedded.make_socket_dir(tmp_path)
    assert embedded.socket_dir(tmp_path).stat().st_mode & 0o777 == 0o700


def test_a_socket_folder_that_is_somebody_elses_link_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    embedded.socket_dir(tmp_path).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(PermissionError, match="belongs to another user"):
        embedded.make_socket_dir(tmp_path)
