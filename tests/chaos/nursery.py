"""Where a server's lives begin: a process that has imported everything and forks one life after the other.

`python -m tests.chaos.nursery FOLDER` reads a JSON line for each life: {"serve": [PORT, MODEL]} or
{"agents": [NAME, …]}; it writes the life's process id, and its exit code when it has ended. Importing takes seconds,
and a life should last no longer than that; all else is as in `firstline serve`.
"""

import asyncio
import importlib
import json
import os
import sys
from pathlib import Path
from typing import Any

from firstline import people
from firstline.settings import Settings
from knowledge_base.loading import read_organisation_of
from tests.chaos.agent import PASSWORD
from tests.chaos.server import serve

_LATE = (  # what the product imports when it needs it
    "alembic.runtime.migration",
    "channels.telegram.polling",
    "channels.telegram.receiving",
    "channels.telegram.sending",
    "uvicorn.protocols.http.auto",
)


def main() -> None:
    """Fork until the input closes."""
    folder = Path(sys.argv[1])
    for name in _LATE:
        importlib.import_module(name)
    read_organisation_of()  # is remembered
    for line in sys.stdin:
        life = os.fork()
        if not life:
            _live(folder, json.loads(line))
        _say(life)
        _, status = os.waitpid(life, 0)
        _say(os.waitstatus_to_exitcode(status))


def _live(folder: Path, wanted: dict[str, Any]) -> None:
    """Be one server, or one command of the product; never returns."""
    with (folder / "log").open("ab") as log, Path(os.devnull).open("rb") as nothing:
        os.dup2(nothing.fileno(), 0)
        os.dup2(log.fileno(), 1)
        os.dup2(log.fileno(), 2)
    if "serve" in wanted:
        port, model = wanted["serve"]
        serve(port, folder, Path(model))
    else:
        asyncio.run(_add(wanted["agents"]))
    sys.exit()


async def _add(names: list[str]) -> None:
    for name in names:
        settings = Settings(_env_file=None)  # type: ignore[call-arg]
        problem = await people.add(settings, f"{name.lower()}@example.org", name, ("agent",), PASSWORD)
        assert problem is None, problem


def _say(number: int) -> None:
    sys.stdout.write(f"{number}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
