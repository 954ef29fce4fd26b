"""Measures on public sets how well Firstline tells intents apart, and whether it notices what is about none of them."""

import argparse
import sys
import time
from pathlib import Path

from benchmarks import understanding_braun as braun
from benchmarks import understanding_clinc as clinc


def main() -> None:
    """Measure and print; end with status 1 if a mark is missed."""
    options = _options()
    problems = [
        *(_braun(options.braun) if options.braun else ()),
        *(_clinc(options.clinc, options.sample) if options.clinc else ()),
    ]
    for problem in problems:
        _say(f"MISSED: {problem}")
    sys.exit(1 if problems else 0)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding", description=__doc__)
    parser.add_argument("--clinc", type=Path, metavar="FILE", help="data_full.json of CLINC150")
    parser.add_argument("--braun", type=Path, metavar="FOLDER", help="the corpora of Braun et al. 2017")
    parser.add_argument("--sample", type=int, metavar="N", help="only N intents of CLINC150: a look, not a measurement")
    options = parser.parse_args()
    if not (options.clinc or options.braun):
        parser.error("name a set: --clinc, --braun or both")
    return options


def _braun(folder: Path) -> list[str]:
    told = [braun.tell(corpus) for corpus in braun.Corpus.read_all(folder)]
    for line in (*braun.table(told), ""):
        _say(line)
    return list(braun.missed(told))


def _clinc(path: Path, intents: int | None) -> list[str]:
    parts = clinc.Clinc.read(path, intents)
    _say(f"CLINC150: learns {len(parts.train)} questions, chooses the threshold with {len(parts.validation)} others,")
    _say(f"and is tested with {len(parts.test)} and {len(parts.outside)} out of scope. No out-of-scope example is")
    _say("learnt from or tuned on.")
    judged = {}
    for name, embedded in (("Firstline without embedding", False), ("Firstline", True)):
        started = time.monotonic()
        judged[name] = clinc.judge(parts, embedded=embedded)
        for line in ("", f"{name} ({time.monotonic() - started:.0f} s):", *clinc.curve(judged[name])):
            _say(line)
    if intents:
        return []
    for line in ("", *clinc.table(judged), ""):
        _say(line)
    return list(clinc.missed(judged["Firstline"]))


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
