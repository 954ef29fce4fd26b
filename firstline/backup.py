"""Writes and reads backups for the command line, and says how it went."""

import asyncio
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from conversations.database import DatabaseUnavailable, opened, sqlite_file
from firstline import snapshots
from firstline.archives import DATABASE, KEY, NotABackup, pack, unpack
from firstline.migrations.running import is_known, is_used, layout_of, migrate, tables
from firstline.settings import Settings
from firstline.snapshots import SnapshotFailed
from handoff.invariants import broken

_KEY_CHANGED = "The server's key was restored too: start the server again, or links to tickets will not open."


def backup(settings: Settings, target: Path) -> str | None:
    """Write a backup; gives the sentence to fail with, or None. A server may go on meanwhile."""
    if target.exists():
        return f"{target} is there already and is left as it is: choose another name."
    url, file = settings.database, sqlite_file(settings.database)
    try:
        layout = layout_of(url)
        if layout is None:
            return "There is nothing to back up: the database is empty."
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".backup-") as scratch:
            folder = Path(scratch)
            if file:
                snapshots.take_sqlite(file, folder / DATABASE)
            else:
                snapshots.take_postgres(url, tables(), folder / DATABASE)
            (folder / KEY).write_text(settings.secret_key().hex())
            pack(folder, target, "sqlite" if file else "postgresql", layout, datetime.now(UTC).isoformat())
    except (SnapshotFailed, DatabaseUnavailable) as problem:
        return str(problem)
    except OSError as error:
        return f"{target} cannot be written: {error.strerror or error}."
    size = target.stat().st_size / 2**20
    _say(f"{target} holds the database (layout {layout}, {size:.1f} MB) and the server's key.")
    _say("Who can read it can read what people wrote: keep it as safe as the server.")
    return None


def restore(settings: Settings, source: Path, *, force: bool) -> str | None:
    """Put a backup back; gives the sentence to fail with, or None. Nothing is changed unless all of it is good."""
    try:
        with tempfile.TemporaryDirectory(prefix="firstline-restore-") as scratch:
            return _restore(settings, source, Path(scratch), force=force)
    except NotABackup as problem:
        return f"{source} cannot be restored: {problem}."
    except (SnapshotFailed, DatabaseUnavailable) as problem:
        return str(problem)
    except OSError as error:
        return f"{source} cannot be restored: {error.strerror or error}."


def _restore(settings: Settings, source: Path, folder: Path, *, force: bool) -> str | None:
    contents = unpack(source, folder)
    url, file = settings.database, sqlite_file(settings.database)
    if contents.kind != ("sqlite" if file else "postgresql"):
        return f"{source} is of an {contents.kind} database: set FIRSTLINE_DATABASE_URL to one of that kind."
    if not is_known(contents.layout):
        return f"{source} was made by a newer release (its layout is {contents.layout}): use that release."
    if not force and is_used(url):
        return "The database is in use: it has people or conversations in it. With --force they are replaced."
    if file:
        snapshots.check_sqlite(folder / DATABASE)
        snapshots.put_sqlite(folder / DATABASE, file)
    else:
        snapshots.check_postgres(folder / DATABASE)
        snapshots.put_postgres(url, tables(), folder / DATABASE)
    migrate(url)
    _say(f"The database is as it was on {contents.made_at[:19].replace('T', ' at ')} UTC.")
    if settings.replace_key(bytes.fromhex((folder / KEY).read_text())):
        _say(_KEY_CHANGED)
    return _verdict(asyncio.run(_complaints(url)))


def check(settings: Settings) -> str | None:
    """Look for what does not hold together in the record; gives the sentence to fail with, or None."""
    try:
        migrate(settings.database)
        found = asyncio.run(_complaints(settings.database))
    except DatabaseUnavailable as problem:
        return str(problem)
    return _verdict(found)


def _verdict(complaints: list[str]) -> str | None:
    for complaint in complaints:
        _say(complaint)
    if complaints:
        return f"The record does not hold together in {len(complaints)} way(s), see above."
    _say("The record holds together.")
    return None


async def _complaints(url: str) -> list[str]:
    async with opened(url) as database, database.read() as transaction:
        return await broken(transaction)


def _say(sentence: str) -> None:
    print(sentence)  # noqa: T201  the command's output
