"""What whoever runs the platform may choose: one frozen value, read once from the environment."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

_PORT_MAX = 65_535
_PROCESSES_MAX = 64
_ADDRESS = re.compile(r"https?://[A-Za-z0-9.:\[\]-]{1,255}")


class SettingRefused(Exception):
    """A variable of the environment that cannot be followed; its text is for the person."""


@dataclass(frozen=True, slots=True)
class Settings:
    home: Path
    """Where the platform keeps what must survive: database, pictures, secret."""

    host: str
    port: int
    database_url: str | None
    """A PostgreSQL server of one's own; without it the platform runs one in its home."""

    public_url: str
    """Where people and programs reach the platform from outside; empty: where they asked."""

    processes: int

    postgres_bin: Path | None
    """The folder of other PostgreSQL binaries than those that came with the packages."""


def read(environ: Mapping[str, str]) -> Settings:
    """The settings that `environ` asks for. An empty variable counts as not set."""
    return Settings(
        home=_home(environ),
        host=environ.get("TONGSHANG_HOST") or "127.0.0.1",
        port=_whole(environ, "TONGSHANG_PORT", default=8000, most=_PORT_MAX),
        database_url=_database_url(environ),
        public_url=_public_url(environ),
        processes=_whole(environ, "TONGSHANG_PROCESSES", default=1, most=_PROCESSES_MAX),
        postgres_bin=_postgres_bin(environ),
    )


def environment_for(home: Path, database_url: str) -> dict[str, str]:
    """The environment of a process that we start: ours, with the home and database in use."""
    chosen = {"TONGSHANG_HOME": str(home), "TONGSHANG_DATABASE_URL": database_url}
    return {**os.environ, **chosen}


def spare_phrases() -> None:
    """Tell pypinyin, which reads the environment when it is imported, to load no phrases.

    They take 44 MB of every process and two seconds of every start.
    """
    os.environ.setdefault("PYPINYIN_NO_PHRASES", "1")
    os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "1")


def _home(environ: Mapping[str, str]) -> Path:
    text = environ.get("TONGSHANG_HOME") or "~/.local/share/tongshang"
    try:
        home = Path(text).expanduser()
    except RuntimeError as error:
        raise SettingRefused(
            f"TONGSHANG_HOME is {text!r}, and this user has no home: name a whole path"
        ) from error
    if not home.is_absolute():
        raise SettingRefused(f"TONGSHANG_HOME is {text!r}: it must be a whole path, like /srv/shop")
    return home


def _database_url(environ: Mapping[str, str]) -> str | None:
    url = environ.get("TONGSHANG_DATABASE_URL") or None
    if url and not url.startswith(("postgresql://", "postgres://")):
        # The value may hold a password, so the sentence does not repeat it.
        raise SettingRefused("TONGSHANG_DATABASE_URL must start with postgresql://")
    return url


def _public_url(environ: Mapping[str, str]) -> str:
    url = (environ.get("TONGSHANG_PUBLIC_URL") or "").rstrip("/")
    if url and not _ADDRESS.fullmatch(url):
        raise SettingRefused(
            f"TONGSHANG_PUBLIC_URL is {url!r}: it must be an address like https://shop.example.com"
        )
    return url


def _postgres_bin(environ: Mapping[str, str]) -> Path | None:
    text = environ.get("TONGSHANG_POSTGRES_BIN")
    if not text:
        return None
    folder = Path(text)
    if not (folder / "postgres").is_file():
        raise SettingRefused(f"TONGSHANG_POSTGRES_BIN is {text!r}: there is no file postgres in it")
    return folder.resolve()


def _whole(environ: Mapping[str, str], name: str, *, default: int, most: int) -> int:
    text = environ.get(name) or str(default)
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= most):
        raise SettingRefused(f"{name} is {text!r}: it must be a whole number from 1 to {most}")
    return int(text)
