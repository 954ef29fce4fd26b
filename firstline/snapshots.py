"""Takes a consistent picture of a database that is in use, and puts one back as a whole or not at all."""

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from conversations.database import address_without_password

_PATIENCE = 60  # seconds to wait for whoever writes
_KEPT_OUT = "-c lock_timeout=60000"  # the same for PostgreSQL, in milliseconds
_DUMP = ("pg_dump", "--format=custom", "--no-owner", "--no-privileges")


class SnapshotFailed(Exception):
    """The picture cannot be taken or put back; the message is a sentence that says why and what to do."""


def take_sqlite(database: Path, target: Path) -> None:
    """Copy an SQLite database by its own backup interface: writers go on meanwhile (sqlite.org/backup.html)."""
    try:
        source = sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True, timeout=_PATIENCE)
        with closing(source), closing(sqlite3.connect(target)) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, without a log beside it
        check_sqlite(target)
    except sqlite3.Error as error:
        raise SnapshotFailed(f"The database {database} cannot be copied: {error}.") from error


def check_sqlite(database: Path) -> None:
    """Raise SnapshotFailed unless every page and every reference of an SQLite database is sound."""
    try:
        with closing(sqlite3.connect(f"file:{quote(str(database))}?mode=ro", uri=True)) as connection:
            found = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
            lost = connection.execute("PRAGMA foreign_key_check").fetchone()
    except sqlite3.Error as error:
        raise SnapshotFailed(f"The database in the backup cannot be read: {error}.") from error
    if found != "ok" or lost:
        raise SnapshotFailed("The database in the backup is damaged: use an older backup.")


def put_sqlite(source: Path, database: Path) -> None:
    """Replace the content of an SQLite database in one transaction, also while a server works on it."""
    database.parent.mkdir(parents=True, exist_ok=True)
    try:
        with closing(sqlite3.connect(source)) as copy, closing(sqlite3.connect(database, timeout=_PATIENCE)) as target:
            copy.backup(target)
    except sqlite3.Error as error:
        raise SnapshotFailed(f"The database {database} cannot be replaced: {error}. It is as it was.") from error


def take_postgres(url: str, tables: tuple[str, ...], target: Path) -> None:
    """Dump our tables of a PostgreSQL database as they are at one moment; writers go on meanwhile."""
    named = [f"--table=public.{table}" for table in tables]
    _run(url, [*_DUMP, *named, f"--file={target}"])


def check_postgres(dump: Path) -> None:
    """Raise SnapshotFailed unless PostgreSQL's own tool can read a dump."""
    _run("", ["pg_restore", "--file=/dev/null", str(dump)])


def put_postgres(url: str, tables: tuple[str, ...], dump: Path) -> None:
    """Replace our tables of a PostgreSQL database in one transaction, also while servers work on it."""
    script = dump.with_suffix(".sql")
    _run("", ["pg_restore", "--no-owner", "--no-privileges", f"--file={script}", str(dump)])
    drop = f"DROP TABLE IF EXISTS {', '.join(f'public.{table}' for table in tables)} CASCADE"
    options = ["--no-psqlrc", "--quiet", "--output=/dev/null", "--set=ON_ERROR_STOP=1", "--single-transaction"]
    _run(url, ["psql", *options, f"--command={drop}", f"--file={script}"])


def _run(url: str, command: list[str]) -> None:
    if not shutil.which(command[0]):
        raise SnapshotFailed(
            f"{command[0]} is not installed here: install PostgreSQL's client programs (Debian: postgresql-client), "
            "or use the backups of whoever runs your PostgreSQL."
        )
    environment: Mapping[str, str] = os.environ
    if url:
        address, password = address_without_password(url)
        command = [command[0], f"--dbname={address}", *command[1:]]
        environment = {**os.environ, "PGOPTIONS": _KEPT_OUT, **({"PGPASSWORD": password} if password else {})}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode:
        said = (done.stderr.strip() or "no reason given").splitlines()[-1]
        raise SnapshotFailed(f"{command[0]} failed: {said}. The database is as it was.")
