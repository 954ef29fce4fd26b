"""The backup commands beside a server that runs in another process, as an operator uses them."""

import asyncio
from pathlib import Path

from tests.commands.test_commands import run
from tests.product import STUB, opened, reaching, started


async def test_a_backup_is_taken_and_put_back_beside_a_running_server(tmp_path: Path):
    """What was said before the backup is there after the restore, what came later is not, and the server goes on."""
    async with started(tmp_path, command=STUB) as product, reaching(product) as client:
        await product.until_ready()
        visitor = await opened(client)
        await visitor.say("before")
        await visitor.until("bot", seconds=60)
        file = tmp_path / "backup"
        saved = await asyncio.to_thread(run, "backup", str(file), data=str(tmp_path))
        assert saved.returncode == 0, saved.stderr
        later = await opened(client)
        assert (await later.say("after")).status_code == 201
        restored = await asyncio.to_thread(run, "restore", "--force", str(file), data=str(tmp_path))
        assert restored.returncode == 0, restored.stderr
        assert "holds together" in restored.stdout
        assert (await later.say("lost")).status_code == 404
        assert (await visitor.say("again")).json() == {"seq": 3}
        reading = await visitor.until("bot", 2, seconds=60)
        assert [message["text"] for message in reading["messages"]] == [
            "before",
            "stub: before",
            "again",
            "stub: again",
        ]
