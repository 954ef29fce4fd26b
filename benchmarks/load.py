"""Measures a busy desk: open streams, agents, messages every second, and how much more it bears until it breaks."""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import systems
from benchmarks.load_generator import Plan
from benchmarks.load_people import PASSWORD, Tally, email
from benchmarks.load_report import MOST_RECONNECT, Level, lines, missed, p95
from benchmarks.stock.project import ROOT
from benchmarks.systems import System
from benchmarks.watch import Watch
from conversations.database import opened
from handoff.agents import add_agent
from tests.conftest import new_database

_VISITORS, _AGENTS, _RATE = 500, 20, 20.0
_TIMES = (1, 2, 4)
_WARM_UP = 60.0  # seconds; memory is flat only once everything was used
_QUICK = 30.0
_MISSED, _RECONNECTS = 500, 40


def main() -> None:
    """Measure and print; end with status 1 if a mark is missed."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    on = "PostgreSQL" if options.postgres else "SQLite"
    _say(f"firstline serve with one worker on {on}, {os.cpu_count()} cores, seed {options.seed}; times from when due.")
    problems: list[str] = []
    for times in _TIMES[: 1 if options.once else None]:
        with _desk(options, _AGENTS * times) as system:
            reconnects = _reconnects(system) if times == 1 else []
            level = _level(options, system, times)
        for line in lines(level):
            _say(line)
        if times == 1:
            problems = list(missed(level, reconnects))
        if level.broken:
            break
    for problem in problems:
        _say(f"MISSED: {problem}")
    sys.exit(1 if problems else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.load", description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="of each load (5)")
    parser.add_argument("--quick", action="store_true", help="half a minute of each: a look, not a measurement")
    parser.add_argument("--once", action="store_true", help="not two and four times the load")
    parser.add_argument("--postgres", action="store_true", help="on the server of FIRSTLINE_TEST_POSTGRES")
    parser.add_argument("--seed", type=int, default=1, help="order of the questions")
    return parser.parse_args()


@contextmanager
def _desk(options: argparse.Namespace, agents: int) -> Iterator[System]:
    """Run the product on an empty database, with agents."""
    with (
        tempfile.TemporaryDirectory(prefix="firstline-load-") as folder,
        _database(options, Path(folder)) as url,
        systems.firstline(ROOT, Path(folder), url, limited=True) as system,
    ):
        asyncio.run(_add_agents(url, agents))
        yield system


@contextmanager
def _database(options: argparse.Namespace, folder: Path) -> Iterator[str]:
    if options.postgres:
        with new_database() as url:
            yield url
    else:
        yield f"sqlite:///{folder / 'data' / 'firstline.db'}"


async def _add_agents(url: str, agents: int) -> None:
    async with opened(url) as database, database.write() as transaction:
        for number in range(agents):
            await add_agent(transaction, email(number), f"Agent {number}", PASSWORD, datetime.now(UTC))


def _reconnects(system: System) -> list[float]:
    """Let one visitor come back again and again, on a desk with nothing else to do."""
    with _generator(Plan(system.port, missed=_MISSED, reconnects=_RECONNECTS)) as said:
        seconds: list[float] = json.loads(next(said))
    _say(
        f"Back after {_MISSED} missed messages, {_RECONNECTS} times: p95 {p95(seconds):.1f} ms "
        f"(below {MOST_RECONNECT:.0f} ms)"
    )
    return seconds


def _level(options: argparse.Namespace, system: System, times: int) -> Level:
    """Put so many times the load on a desk."""
    plan = Plan(
        port=system.port,
        visitors=_VISITORS * times,
        agents=_AGENTS * times,
        rate=_RATE * times,
        seconds=_QUICK if options.quick else options.minutes * 60,
        warm_up=_QUICK / 2 if options.quick else _WARM_UP,
        seed=options.seed,
    )
    with _generator(plan) as said:
        next(said)
        with Watch(system) as watch:
            next(said)
        fields = json.loads(next(said))
    fields["refusals"] = Counter(fields["refusals"])
    return Level(times, plan.visitors, plan.agents, plan.rate, Tally(**fields), watch)


@contextmanager
def _generator(plan: Plan) -> Iterator[Iterator[str]]:
    """Run the load generator in a process of its own; gives the lines it prints."""
    command = [sys.executable, "-m", "benchmarks.load_generator"]
    with tempfile.TemporaryFile("w+") as given:
        json.dump(asdict(plan), given)
        given.seek(0)
        process = subprocess.Popen(command, cwd=ROOT, stdin=given, stdout=subprocess.PIPE, text=True)
    try:
        yield _spoken(process.stdout or ())
    finally:
        process.kill()
        process.wait()


def _spoken(printed: Iterable[str]) -> Iterator[str]:
    yield from printed
    raise SystemExit("The load generator ended before it had measured.")


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
