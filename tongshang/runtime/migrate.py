"""The way from an empty database to today's tables: numbered SQL, forward only."""

import hashlib
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import asyncpg

_FOLDER: Final = Path(__file__).resolve().parent.parent / "migrations"
_NAME: Final = re.compile(r"(\d{4})_([a-z0-9_]+)\.sql")
_LOCK: Final = 7_466_270_001  # any number, as long as nobody else here uses it

_TABLE: Final = """
    create table if not exists migrations (
        number     integer     primary key,
        name       text        not null,
        sha256     text        not null,
        applied_at timestamptz not null default now()
    )
"""
_APPLIED: Final = "select number, name, sha256 from migrations"
_NOTE: Final = "insert into migrations (number, name, sha256) values ($1, $2, $3)"

# A change that waits for a busy table holds up everybody behind it: better to give up and retry.
_LIMITS: Final = "set local lock_timeout = '4s'; set local statement_timeout = '60s'"


class MigrationRefused(Exception):
    """The files and the database do not fit; the text tells the person how."""


@dataclass(frozen=True, slots=True)
class Migration:
    number: int
    name: str
    sql: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


async def migrate(dsn: str, folder: Path = _FOLDER) -> list[str]:
    """Apply what the database has not had yet; the names of what was applied.

    Each file is a transaction of its own: where one fails, those before it stay.
    """
    migrations = read(folder)
    connection = await asyncpg.connect(dsn)
    try:
        if not _missing(migrations, await _applied(connection)):
            return []
        await connection.execute("select pg_advisory_lock($1)", _LOCK)
        await connection.execute(_TABLE)
        # Read again: another process may have done it all while we waited for the lock.
        missing = _missing(migrations, await _applied(connection))
        for migration in missing:
            await _apply(connection, migration)
        return [migration.name for migration in missing]
    finally:
        await connection.close()


def read(folder: Path = _FOLDER) -> list[Migration]:
    """The files of `folder`, in the order of their numbers."""
    migrations: dict[int, Migration] = {}
    for path in sorted(folder.glob("*.sql")):
        named = _NAME.fullmatch(path.name)
        if named is None:
            raise MigrationRefused(f"{path.name} is not named like 0001_what_it_adds.sql")
        number = int(named[1])
        if number in migrations:
            raise MigrationRefused(
                f"{migrations[number].name} and {path.stem} have the same number"
            )
        migrations[number] = Migration(number, path.stem, path.read_text(encoding="utf-8"))
    return list(migrations.values())


async def _applied(connection: asyncpg.Connection) -> dict[int, asyncpg.Record]:
    try:
        return {row["number"]: row for row in await connection.fetch(_APPLIED)}
    except asyncpg.UndefinedTableError:
        return {}


def _missing(migrations: list[Migration], applied: dict[int, asyncpg.Record]) -> list[Migration]:
    """What is still to apply, after looking whether the past is as the files tell it.

    A number below one already applied is not refused: two changes made side by side meet here.
    """
    for migration in migrations:
        past = applied.get(migration.number)
        if past is not None and (past["name"], past["sha256"]) != (
            migration.name,
            migration.sha256,
        ):
            raise MigrationRefused(
                f"{migration.name} was applied before and has changed since: "
                "put the file back as it was, and say what is new in a new file"
            )
    unknown = applied.keys() - {migration.number for migration in migrations}
    if unknown:
        name = applied[max(unknown)]["name"]
        raise MigrationRefused(
            f"the database has had {name}, which this version does not know: run a newer version"
        )
    return [migration for migration in migrations if migration.number not in applied]


async def _apply(connection: asyncpg.Connection, migration: Migration) -> None:
    try:
        async with connection.transaction():
            await connection.execute(_LIMITS)
            await connection.execute(migration.sql)
            await connection.execute(_NOTE, migration.number, migration.name, migration.sha256)
    except asyncpg.PostgresError as error:
        raise MigrationRefused(f"{migration.name} could not be applied: {error}") from error
