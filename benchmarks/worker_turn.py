"""Measures a bot turn inside a worker, on one core: understanding, search, decision and answer, without any network."""

import argparse
import os
import statistics
import subprocess
import sys
import time
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from benchmarks.questions import conversations
from bot.assistant import Assistant
from bot.reply import Utterance
from bot.training import current_model
from bot.worker_link import ENVIRONMENT

_AT_MOST_MS = 12.0  # p50
_WARM_UP = 3  # conversations


def main() -> None:
    """Measure and print; end with status 1 if the mark is missed."""
    options = _options()
    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    if not ENVIRONMENT.items() <= os.environ.items():
        again = (sys.executable, "-m", "benchmarks.worker_turn", *sys.argv[1:])
        sys.exit(subprocess.run(again, check=False, env={**os.environ, **ENVIRONMENT}).returncode)
    model = current_model()
    if not model:
        sys.exit("There is no model yet: run `make train` first.")
    begun = time.perf_counter()
    assistant = Assistant.load(model)
    print(f"Loaded in {time.perf_counter() - begun:.1f} s, {memory():.0f} MB.", flush=True)
    for _ in turns(assistant, _WARM_UP, options.seed + 1):
        pass
    times = sorted(turns(assistant, options.conversations, options.seed))
    p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
    print(f"{len(times)} turns on one core: p50 {p50:.1f} ms, p95 {p95:.1f} ms, {memory():.0f} MB.", flush=True)
    if p50 > _AT_MOST_MS:
        sys.exit(f"MISSED: p50 at most {_AT_MOST_MS:.0f} ms.")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.worker_turn", description=__doc__)
    parser.add_argument("--conversations", type=int, default=60, metavar="N", help="of ten questions each (60)")
    parser.add_argument("--seed", type=int, default=0, metavar="N")
    return parser.parse_args()


def turns(assistant: Assistant, count: int, seed: int) -> "list[float]":
    """Give the milliseconds of each turn; no question was asked or learnt before."""
    times = []
    for language, questions in islice(conversations(seed), count):
        state: dict[str, object] = {"language": language}
        for question in questions:
            begun = time.perf_counter()
            reply = assistant.reply(state, [Utterance(question)], datetime.now(UTC))
            times.append((time.perf_counter() - begun) * 1000)
            state = dict(reply.state)
    return times


def memory() -> float:
    """Give the most this process has held, in MB; `getrusage` would count what its parent held before."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM:")) / 1024


if __name__ == "__main__":
    main()
