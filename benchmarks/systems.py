"""Starts the two systems as anybody would, on this machine only, and stops everything it started."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from benchmarks.plain_http import HOST
from benchmarks.stock.project import QUIET

_START_SECONDS = 180
_TRAINING_SECONDS = 1800  # `firstline serve` trains first if articles have changed
_STOP_SECONDS = 10
_UNLIMITED = {"FIRSTLINE_MESSAGE_BURST": "1000000", "FIRSTLINE_MESSAGES_PER_SECOND": "1000000"}
_RASA = [sys.executable, "-m", "rasa", "run"]


@dataclass(frozen=True)
class System:
    """A running system: its port, what it prints, and the processes it was started with."""

    name: str
    port: int
    log: Path
    started: tuple[subprocess.Popen[bytes], ...]

    def processes(self) -> list[psutil.Process]:
        """Give every process of it, those started by its processes included."""
        found: list[psutil.Process] = []
        for process in self.started:
            with contextlib.suppress(psutil.NoSuchProcess):
                root = psutil.Process(process.pid)
                found += [root, *root.children(recursive=True)]
        return found


@contextlib.contextmanager
def stock(project: Path, scratch: Path) -> Iterator[System]:
    """Run a trained project: `rasa run` with an SQLite tracker store, and `rasa run actions`."""
    port, actions = _free_port(), _free_port()
    variables = {**QUIET, "ACTIONS_PORT": str(actions), "TRACKER_DB": str(scratch / "tracker.db"), "SANIC_HOST": HOST}
    server = [*_RASA, "--interface", HOST, "--port", str(port)]
    server += ["--endpoints", "endpoints.yml", "--credentials", "credentials.yml"]
    commands = [server, [*_RASA, "actions", "--port", str(actions), "--actions", "actions"]]
    with _running("stock", port, commands, variables, project, scratch) as system:
        _wait(system, f"http://{HOST}:{actions}/health", "ok", _START_SECONDS)
        _wait(system, f"http://{HOST}:{port}/", "Rasa", _START_SECONDS)
        yield system


@contextlib.contextmanager
def firstline(root: Path, scratch: Path, database: str = "", *, limited: bool = False) -> Iterator[System]:
    """Run `firstline serve` on an empty database, SQLite unless one is given.

    There is no limit on how fast one conversation may go, unless it is to be `limited` as it is for everybody.
    """
    port = _free_port()
    variables = {
        "FIRSTLINE_DATA": str(scratch / "data"),
        "FIRSTLINE_DATABASE_URL": database,
        "FIRSTLINE_TELEGRAM_TOKEN": "",
        **({} if limited else _UNLIMITED),
    }
    command = [str(Path(sys.executable).parent / "firstline"), "serve", "--host", HOST, "--port", str(port)]
    with _running("firstline", port, [command], variables, root, scratch) as system:
        _wait(system, f"http://{HOST}:{port}/readyz", '"bot":"ready"', _TRAINING_SECONDS)
        yield system


@contextlib.contextmanager
def _running(
    name: str, port: int, commands: list[list[str]], variables: dict[str, str], folder: Path, scratch: Path
) -> Iterator[System]:
    environment = {**os.environ, **variables}
    path = scratch / f"{name}.log"
    with path.open("wb") as log, contextlib.ExitStack() as started:
        processes = []
        for command in commands:
            process = subprocess.Popen(
                command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
            started.callback(_stop, process)
            processes.append(process)
        yield System(name, port, path, tuple(processes))


def _stop(process: subprocess.Popen[bytes]) -> None:
    """Ask the process to end, then end it and everything it left behind."""
    with contextlib.suppress(psutil.NoSuchProcess):
        family = [psutil.Process(process.pid), *psutil.Process(process.pid).children(recursive=True)]
        process.send_signal(signal.SIGTERM)
        _, left = psutil.wait_procs(family, _STOP_SECONDS)
        for member in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                member.kill()
    process.wait()


def _wait(system: System, url: str, sign: str, seconds: float) -> None:
    """Wait until the page at `url` shows a sign of readiness; raises SystemExit if it does not come."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if any(process.poll() is not None for process in system.started):
            break
        if sign in _page(url):
            return
        time.sleep(0.5)
    last = system.log.read_text(errors="replace")[-2000:]
    raise SystemExit(f"{system.name} did not get ready at {url}. The last it said:\n{last}")


def _page(url: str) -> str:
    try:
        with urllib.request.urlopen(url, timeout=5) as response:  # noqa: S310  an address of ours
            return str(response.read().decode())
    except (urllib.error.URLError, OSError):
        return ""


def _free_port() -> int:
    with socket.create_server((HOST, 0)) as listening:
        return int(listening.getsockname()[1])
