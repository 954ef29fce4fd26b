"""Measures a whole turn over HTTP, Firstline beside stock Rasa, and fails if Firstline misses its mark."""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import asdict
from itertools import islice
from pathlib import Path

from benchmarks import systems
from benchmarks.questions import Conversation, conversations
from benchmarks.report import ALONE, TOGETHER, Measured, Results, lines, missed
from benchmarks.stock.project import ROOT, epochs, trained_project
from benchmarks.systems import System
from benchmarks.visitors import Figures, Load
from benchmarks.watch import Watch

_TURNS = {ALONE: 200, TOGETHER: 800}
_QUICK = {ALONE: 40, TOGETHER: 160}
_ROUNDS = 2  # the systems take turns, so that a busy moment of the machine meets both
_WARM_UP = 32
_MOST_SECONDS = 300  # of one round


def main() -> None:
    """Measure and print; end with status 1 if a mark is missed."""
    options = _options()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("Stopped."))
    project = trained_project()
    with tempfile.TemporaryDirectory(prefix="firstline-bench-") as folder, ExitStack() as running:
        scratch = Path(folder)
        _say("Starting stock Rasa and Firstline.")
        both = (
            running.enter_context(systems.stock(project, scratch)),
            running.enter_context(systems.firstline(ROOT, scratch)),
        )
        results = _measure_all(both, _turns(options), options.seed)
    _print(results, options.seed)
    problems = missed(results)
    for problem in problems:
        _say(f"MISSED: {problem}")
    sys.exit(1 if problems else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.turns", description=__doc__)
    parser.add_argument("--turns", type=int, help="turns with 16 visitors at once; a quarter of it with one")
    parser.add_argument("--quick", action="store_true", help="a fifth of the turns: a look, not a measurement")
    parser.add_argument("--seed", type=int, default=1, help="order of the questions")
    return parser.parse_args()


def _turns(options: argparse.Namespace) -> dict[int, int]:
    if options.turns:
        together = max(options.turns, 8 * _ROUNDS)
        return {ALONE: together // 4, TOGETHER: together}
    return _QUICK if options.quick else _TURNS


def _measure_all(both: tuple[System, ...], turns: dict[int, int], seed: int) -> Results:
    """Let the systems take turns; in each round both get the same questions, which neither has seen before."""
    stream = conversations(seed)
    asked = _deck(stream, _WARM_UP)
    for system in both:
        _generate(system, TOGETHER, _WARM_UP, asked)
    results: dict[tuple[str, int], Measured] = defaultdict(Measured)
    for visitors, count in turns.items():
        for number in range(_ROUNDS):
            asked = _deck(stream, count // _ROUNDS)
            for system in both:
                _say(f"Round {number + 1} of {_ROUNDS}: {system.name}, {visitors} at once.")
                with Watch(system) as watch:
                    figures = _generate(system, visitors, count // _ROUNDS, asked)
                results[system.name, visitors].add(figures, watch)
    return results


def _deck(stream: Iterator[Conversation], turns: int) -> list[Conversation]:
    """Give conversations enough, even if each ends with its first question."""
    return list(islice(stream, turns + TOGETHER))


def _generate(system: System, visitors: int, turns: int, asked: list[Conversation]) -> Figures:
    """Run the load generator in a process of its own."""
    load = Load(system.name, system.port, visitors, turns, _MOST_SECONDS, asked)
    generator = subprocess.run(
        [sys.executable, "-m", "benchmarks.visitors"],
        cwd=ROOT,
        input=json.dumps(asdict(load)),
        stdout=subprocess.PIPE,
        text=True,
        timeout=_MOST_SECONDS + 60,
        check=False,
    )
    if generator.returncode:
        sys.exit(f"{system.name} was not measured.")
    return Figures(**json.loads(generator.stdout))


def _print(results: Results, seed: int) -> None:
    _say("")
    _say(f"Question sent to answer read, over HTTP; {os.cpu_count()} cores, {_ROUNDS} rounds by turns, seed {seed}.")
    _say(f"Stock Rasa: {epochs()}; what an answer costs does not depend on them.")
    _say("")
    for line in lines(results):
        _say(line)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
