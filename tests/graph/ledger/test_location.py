"""Where the ledger lies: said by the settings, never with a password in it."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph.errors import SettingsError
from graph.ledger.location import PASSWORD, Server, connection_words, ledger_server

URL = "postgresql://kithmap@db.example.org:5432/partnership"


def _named(folder: Path, text: str) -> Server | None:
    (folder / "settings.toml").write_text(text, encoding="utf-8")
    return ledger_server(folder)


@pytest.mark.parametrize("text", ["", "[operator]\nname = 'a'\n", "[ledger]\n", "[ledger]\nurl = ''\n"])
def test_a_ledger_that_no_settings_place_is_files(tmp_path: Path, text: str) -> None:
    assert ledger_server(tmp_path) is None
    assert _named(tmp_path, text) is None


def test_a_server_is_named_by_host_and_database(tmp_path: Path) -> None:
    server = _named(tmp_path, f'[ledger]\nurl = "{URL}"\n')
    assert str(server) == "PostgreSQL at db.example.org, database partnership"


@pytest.mark.parametrize(
    "url",
    [
        "mysql://a@b/c",
        "postgresql://b",
        "sqlite:///ledger.db",
        "postgresql://a:hunter2@b/c",
        "postgresql://b/c?user=a&password=hunter2",
    ],
)
def test_another_url_or_one_with_a_password_is_refused_without_saying_it(tmp_path: Path, url: str) -> None:
    with pytest.raises(SettingsError, match=r"ledger\.url") as caught:
        _named(tmp_path, f'[ledger]\nurl = "{url}"\n')
    assert "hunter2" not in str(caught.value)


def test_settings_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="cannot be read"):
        _named(tmp_path, "[ledger]\nurl = \n")


def test_the_password_comes_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = URL.replace("db.example.org", "127.0.0.1")
    monkeypatch.delenv(PASSWORD, raising=False)
    assert connection_words(Server(here)) == {}
    monkeypatch.setenv(PASSWORD, "from the environment")
    assert connection_words(Server(here)) == {"password": "from the environment"}
    (tmp_path / "secret").write_text("from a file\n", encoding="utf-8")
    server = _named(tmp_path, f'[ledger]\nurl = "{here}"\npassword_file = "secret"\n')
    assert server is not None and connection_words(server) == {"password": "from a file"}
    (tmp_path / "secret").unlink()
    with pytest.raises(SettingsError, match="password_file"):
        connection_words(server)


def test_a_server_elsewhere_must_show_a_certificate_unless_the_url_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv(PASSWORD, raising=False)
    assert connection_words(Server(URL)) == {"sslmode": "verify-full", "sslrootcert": "system"}
    assert connection_words(Server(f"{URL}?sslrootcert=/etc/ca.pem")) == {"sslmode": "verify-full"}
    assert connection_words(Server(f"{URL}?sslmode=require")) == {}
