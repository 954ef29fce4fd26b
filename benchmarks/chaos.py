"""Proves the delivery guarantee at length: 10,000 messages, 100 kills; ends with status 1 if it is broken."""

import argparse
import asyncio
import os
import random
import shutil
import signal
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from bot.training import MODELS, current_model
from tests.chaos.engine import Outcome, Plan, run
from tests.chaos.fleet import ANYWHERE
from tests.chaos.ledger import sent_by_all
from tests.chaos.points import POINTS, SENT
from tests.chaos.server import STUB
from tests.chaos.visitor import Manner
from tests.conftest import new_database

_MESSAGES, _KILLS, _REAL_KILLS, _HITS = 10_000, 100, 10, 5
_QUICK = 20  # times fewer messages, and as many fewer kills as every point still allows
_KINDS = ("lost", "doubled", "out of order", "talked over", "stuck", "unclear")
_ASKED = (
    "how do I connect to the vpn",
    "my printer does not print",
    "how do I get into the wifi",
    "I want to talk to a human",
)


def main() -> None:
    """Run the plans one after the other and print what came of them."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    _say(f"Seed {options.seed}, {os.cpu_count()} cores.")
    folder = Path(tempfile.mkdtemp(prefix="firstline-chaos-"))
    with new_database() as first, new_database() as second:
        plans = _plans(options, folder, (first, second))
        outcomes = [_told(asyncio.run(run(plan))) for plan in plans]
    problems = [*_broken(outcomes), *([] if options.quick else _too_little(outcomes))]
    _say(_total(outcomes))
    for problem in problems:
        _say(f"BROKEN: {problem}")
    if problems:
        sys.exit(f"What the servers said is kept in {folder}.")
    shutil.rmtree(folder)
    _say("The guarantee holds.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.chaos", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=random.SystemRandom().randrange(10_000), help="printed if not given"
    )
    parser.add_argument("--quick", action="store_true", help="a look at every point, without the real bot")
    return parser.parse_args()


def _plans(options: argparse.Namespace, folder: Path, databases: tuple[str, str]) -> list[Plan]:
    """Give the long run's parts: one server on SQLite, two on PostgreSQL, and two with the real bot."""
    alone = Plan(
        name="one server on SQLite",
        seed=options.seed,
        database=f"sqlite:///{folder / 'sqlite' / 'firstline.db'}",
        folder=folder / "sqlite",
        model=folder / "sqlite" / STUB,
        messages=3800,
        kills=44,
        visitors=24,
    )
    both = replace(
        alone,
        name="two servers on one PostgreSQL",
        database=databases[0],
        folder=folder / "postgresql",
        model=folder / "postgresql" / STUB,
        servers=2,
        messages=6000,
        kills=50,
        restarts=6,
    )
    if options.quick:
        few = len(alone.points)
        return [replace(plan, messages=plan.messages // _QUICK, kills=few, restarts=1) for plan in (alone, both)]
    return [alone, both, _real(both, folder / "real", databases[1])]


def _real(plan: Plan, folder: Path, database: str) -> Plan:
    """Give the part with the real bot: slower, one question at a time, and no chats, whose answers name no question."""
    trained = current_model(MODELS)
    if trained is None:
        sys.exit("There is no model: run `make train` first.")
    folder.mkdir()
    model = folder / trained.name  # named in its workers' commands, so that none can be left behind unseen
    model.symlink_to(trained)
    return replace(
        plan,
        name="two servers with the real bot",
        database=database,
        folder=folder,
        model=model,
        messages=250,
        kills=11,
        restarts=0,
        points=tuple(point for point in (*POINTS, ANYWHERE) if point != SENT),
        visitors=6,
        chats=0,
        patience=60.0,
        loaded=True,
        manner=Manner(messages=len(_ASKED), pause=1.0, questions=_ASKED),
    )


def _told(outcome: Outcome) -> Outcome:
    """Print what came of a part."""
    kills = ", ".join(f"{point} {times}" for point, times in sorted(outcome.kills.items()))
    _say(f"\n{outcome.plan.name}, {outcome.seconds:.0f} s")
    _say(f"  {outcome.kills.total()} kills: {kills}")
    for name, times in sorted(outcome.counts.items()):
        _say(f"  {times:7,} {name}")
    _say(f"  {_verdict(outcome.flaws_by_kind)}; {len(outcome.left)} processes left behind")
    return outcome


def _total(outcomes: Sequence[Outcome]) -> str:
    sent = sum(_sent(outcome) for outcome in outcomes)
    kills = sum(outcome.kills.total() for outcome in outcomes)
    flaws = sum((outcome.flaws_by_kind for outcome in outcomes), Counter[str]())
    left = sum(len(outcome.left) for outcome in outcomes)
    return f"\nIn all {sent:,} messages, {kills} kills: {_verdict(flaws)}; {left} processes left behind."


def _verdict(flaws: Counter[str]) -> str:
    return ", ".join(f"{flaws[kind]} {kind}" for kind in _KINDS)


def _broken(outcomes: Sequence[Outcome]) -> Iterator[str]:
    for outcome in outcomes:
        for flaw in outcome.flaws:
            yield f"{outcome.plan.name}: {flaw.kind} in {flaw.conversation}: {flaw.what}"
        for left in outcome.left:
            yield f"{outcome.plan.name}: process {left} was left behind"


def _too_little(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Say if the run was shorter than it is meant to be."""
    kills = sum((outcome.kills for outcome in outcomes), Counter[str]())
    if sum(map(_sent, outcomes)) < _MESSAGES:
        yield f"fewer than {_MESSAGES} messages"
    if kills.total() < _KILLS:
        yield f"fewer than {_KILLS} kills"
    if outcomes[-1].kills.total() < _REAL_KILLS:
        yield f"fewer than {_REAL_KILLS} kills with the real bot"
    for point in POINTS:
        if kills[point] < _HITS:
            yield f"{point}: fewer than {_HITS} kills"


def _sent(outcome: Outcome) -> int:
    return sent_by_all(outcome.counts)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
