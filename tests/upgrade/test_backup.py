"""A backup is taken while people write, and what comes back from it holds together."""

import asyncio
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from firstline.app import Firstline
from firstline.backup import backup, check, restore
from firstline.migrations.running import migrate
from firstline.settings import Settings
from tests.conftest import HandClock, Server, Visitor
from tests.upgrade.release_0001 import fill
from tests.upgrade.test_upgrade import complaints, rows

pytestmark = pytest.mark.timeout(400)


@pytest.fixture(autouse=True)
def _programs(request: pytest.FixtureRequest) -> None:
    """Skip what needs PostgreSQL's own programs where they are not installed."""
    kinds = getattr(getattr(request.node, "callspec", None), "params", {}).values()
    if "postgresql" in kinds and not shutil.which("pg_dump"):
        pytest.skip("PostgreSQL's client programs are not installed here")


async def test_a_running_server_is_backed_up_and_put_back(
    server: Server, firstline: Firstline, clock: HandClock, tmp_path: Path
):
    """While visitors write and are answered a backup is taken; put back, every conversation in it is whole."""
    settings, file = firstline.settings, tmp_path / "backup"
    visitors = [await server.conversation() for _ in range(3)]
    writing = [asyncio.create_task(_write(visitor, 6)) for visitor in visitors]
    await asyncio.sleep(0.5)
    acknowledged = {visitor.id: len((await visitor.read())["messages"]) for visitor in visitors}
    assert await asyncio.to_thread(backup, settings, file) is None
    await asyncio.gather(*writing)
    whole = {visitor.id: (await visitor.read())["messages"] for visitor in visitors}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    refusal = await asyncio.to_thread(restore, settings, file, force=False)
    assert refusal
    assert "--force" in refusal
    assert [len((await visitor.read())["messages"]) for visitor in visitors] == [len(each) for each in whole.values()]
    assert await asyncio.to_thread(restore, settings, file, force=True) is None
    for visitor in visitors:
        restored = (await visitor.read())["messages"]
        assert restored == whole[visitor.id][: len(restored)]
        assert acknowledged[visitor.id] <= len(restored)
    assert await complaints(settings.database) == []
    restored_first = (await visitors[0].read())["messages"]
    clock.move(seconds=21)  # a question that the backup caught unanswered is still leased to whoever answered it then
    assert (await visitors[0].say("are you still there?")).status_code == 201  # the same server goes on
    await visitors[0].until("bot", sum(message["author"] == "bot" for message in restored_first) + 1, 90)


async def _write(visitor: Visitor, count: int) -> None:
    for number in range(count):
        await visitor.say(f"question {number}")
        await visitor.until("bot", number + 1, seconds=90)


async def test_a_backup_of_the_release_before_is_brought_to_this_one(
    empty_url: str, settings: Settings, tmp_path: Path
):
    """What was saved before an upgrade can be put back after it, on an empty database too."""
    settings.database_url = empty_url
    file = tmp_path / "backup"
    await asyncio.to_thread(fill, empty_url)
    before = rows(empty_url)
    assert await asyncio.to_thread(backup, settings, file) is None
    key = settings.secret_key()
    other = Settings(data=tmp_path / "other", _env_file=None)  # type: ignore[call-arg]
    if not empty_url.startswith("sqlite"):
        other.database_url = empty_url
    assert other.secret_key() != key
    assert await asyncio.to_thread(restore, other, file, force=True) is None
    assert rows(other.database) == before
    assert await complaints(other.database) == []
    assert other.secret_key() == key
    assert await asyncio.to_thread(check, other) is None


@pytest.fixture
def saved(settings: Settings, tmp_path: Path) -> Path:
    """Give a backup of an SQLite database of the release before."""
    fill(settings.database)
    file = tmp_path / "backup"
    assert backup(settings, file) is None
    return file


def test_a_backup_is_never_written_over(settings: Settings, saved: Path):
    """A file that is there already, be it the last good backup or the database itself, is left as it is."""
    for file in (saved, settings.data / "firstline.db"):
        before = file.read_bytes()
        assert "there already" in (backup(settings, file) or "")
        assert file.read_bytes() == before


@pytest.mark.parametrize("damage", ["cut", "changed", "letter", "gone"])
def test_a_damaged_backup_changes_nothing(settings: Settings, saved: Path, damage: str):
    """A backup that is cut off, changed or none at all is refused with a sentence before anything is touched."""
    content = bytearray(saved.read_bytes())
    if damage == "cut":
        saved.write_bytes(content[: len(content) // 2])
    elif damage == "changed":
        content[len(content) // 2] ^= 0xFF
        saved.write_bytes(content)
    elif damage == "letter":
        saved.write_text("a letter")
    else:
        saved.unlink()
    before = rows(settings.database)
    assert "cannot be restored" in (restore(settings, saved, force=True) or "")
    assert rows(settings.database) == before


def test_a_backup_of_another_kind_of_database_is_refused(settings: Settings, saved: Path, postgres: str):
    """An SQLite backup is not forced into PostgreSQL: the sentence says what to set."""
    settings.database_url = postgres
    assert "FIRSTLINE_DATABASE_URL" in (restore(settings, saved, force=True) or "")


def test_missing_programs_are_named(settings: Settings, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Where PostgreSQL's client programs are not installed the sentence says what to install."""
    migrate(postgres)
    settings.database_url = postgres
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "postgresql-client" in (backup(settings, tmp_path / "backup") or "")
    assert not (tmp_path / "backup").exists()


def test_a_record_that_does_not_hold_together_is_said(settings: Settings, saved: Path):
    """`firstline check` names what is wrong and in which conversations."""
    with sqlite3.connect(settings.data / "firstline.db") as connection:
        connection.execute("DELETE FROM tickets")
    assert "does not hold together" in (check(settings) or "")
