from pathlib import Path

import pytest

from tongshang.settings import SettingRefused, read


def test_nothing_needs_to_be_set() -> None:
    settings = read({"TONGSHANG_PORT": ""})
    assert settings.home == Path.home() / ".local/share/tongshang"
    assert (settings.host, settings.port, settings.processes) == ("127.0.0.1", 8000, 1)
    assert settings.database_url is None
    assert settings.postgres_bin is None
    assert settings.public_url == ""


def test_the_address_outside_has_no_slash_at_its_end() -> None:
    settings = read({"TONGSHANG_PUBLIC_URL": "https://shop.example.com/"})
    assert settings.public_url == "https://shop.example.com"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("TONGSHANG_PORT", "http", "TONGSHANG_PORT is 'http': it must be a whole number from 1"),
        ("TONGSHANG_PORT", "70000", "from 1 to 65535"),
        ("TONGSHANG_PROCESSES", "0", "TONGSHANG_PROCESSES is '0'"),
        ("TONGSHANG_HOME", "shop", "TONGSHANG_HOME is 'shop': it must be a whole path"),
        ("TONGSHANG_DATABASE_URL", "mysql://x", "must start with postgresql://"),
        ("TONGSHANG_PUBLIC_URL", "shop.example.com", "must be an address like https://"),
        ("TONGSHANG_PUBLIC_URL", "https://shop.example.com/x", "must be an address"),
        ("TONGSHANG_POSTGRES_BIN", "/nowhere", "there is no file postgres in it"),
    ],
)
def test_a_bad_value_names_the_variable_and_the_rule(name: str, value: str, sentence: str) -> None:
    with pytest.raises(SettingRefused, match=sentence):
        read({name: value})
