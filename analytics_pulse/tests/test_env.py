from ipaddress import ip_network
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from analytics_pulse import env


def test_a_variable_that_is_unset_or_empty_gives_the_default(monkeypatch):
    monkeypatch.delenv("THING", raising=False)
    assert env.text("THING", "default") == "default"
    monkeypatch.setenv("THING", "")
    assert env.text("THING", "default") == "default"


def test_a_secret_is_read_from_the_file_that_the_variable_with_file_names(monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("s3cret\n")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "secret"))
    assert env.text("THING", "default") == "s3cret"


def test_both_the_value_and_the_file_are_refused(monkeypatch, tmp_path):
    monkeypatch.setenv("THING", "one")
    monkeypatch.setenv("THING_FILE", str(tmp_path / "two"))
    with pytest.raises(ImproperlyConfigured, match="THING and THING_FILE are both set"):
        env.text("THING", "default")


def test_a_file_that_cannot_be_read_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("THING_FILE", str(tmp_path / "absent"))
    with pytest.raises(ImproperlyConfigured, match=r"THING_FILE: cannot read .*absent: No such file"):
        env.text("THING", "default")


@pytest.mark.parametrize(
    ("value", "complaint"), [("many", "THING must be a whole number, not 'many'"), ("0", "THING must be at least 1")]
)
def test_a_number_that_is_none_or_too_small_fails_naming_the_variable(monkeypatch, value, complaint):
    monkeypatch.setenv("THING", value)
    with pytest.raises(ImproperlyConfigured, match=complaint):
        env.integer("THING", 5, at_least=1)


@pytest.mark.parametrize(("value", "expected"), [("1", True), ("YES", True), ("0", False), ("off", False)])
def test_a_switch_is_read_in_the_usual_spellings(monkeypatch, value, expected):
    monkeypatch.setenv("THING", value)
    assert env.boolean("THING", not expected) is expected


def test_a_switch_that_is_neither_on_nor_off_fails(monkeypatch):
    monkeypatch.setenv("THING", "perhaps")
    with pytest.raises(ImproperlyConfigured, match="THING must be 1 or 0, not 'perhaps'"):
        env.boolean("THING", True)


def test_a_list_is_split_at_commas_without_blanks(monkeypatch):
    monkeypatch.setenv("THING", " a.example, ,b.example,")
    assert env.words("THING", "") == ["a.example", "b.example"]


def test_networks_are_parsed_and_a_wrong_one_is_named(monkeypatch):
    monkeypatch.setenv("THING", "10.0.0.0/8, ::1")
    assert env.networks("THING", "") == [ip_network("10.0.0.0/8"), ip_network("::1/128")]
    monkeypatch.setenv("THING", "10.0.0.0/8,nonsense")
    with pytest.raises(ImproperlyConfigured, match="THING: 'nonsense'"):
        env.networks("THING", "")


def test_a_path_is_absolute_and_knows_the_home_folder(monkeypatch):
    monkeypatch.setenv("THING", "~/data")
    assert env.path("THING", Path("/elsewhere")) == Path.home() / "data"
