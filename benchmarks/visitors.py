"""The load generator, a process of its own: reads a Load as JSON, lets visitors talk, prints Figures as JSON."""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks.talks import TALKS, NoAnswer, Talk

_LONGEST_TURN = 60.0  # seconds


@dataclass(frozen=True)
class Load:
    """What to do: so many turns in all by so many visitors at once, for at most so many seconds."""

    system: str
    port: int
    visitors: int
    turns: int
    seconds: float
    conversations: Sequence[tuple[str, list[str]]]


@dataclass
class Figures:
    """What came of it: seconds of every turn, of the whole run, and of processor time the generator took itself."""

    turns: list[float] = field(default_factory=list)
    seconds: float = 0.0
    own_cpu: float = 0.0
    opened: int = 0
    articles: int = 0
    handed_over: int = 0
    texts: int = 0


class Crowd:
    """Visitors who share out conversations and turns among themselves."""

    def __init__(self, load: Load) -> None:
        self._load, self._left = load, load.turns
        self._conversations: Iterator[tuple[str, list[str]]] = iter(load.conversations)
        self._seen: set[str] = set()
        self.figures = Figures()

    async def talk(self) -> Figures:
        """Talk until every turn is done or the time is up."""
        began, cpu = time.perf_counter(), time.process_time()
        try:
            async with asyncio.timeout(self._load.seconds), asyncio.TaskGroup() as visitors:
                for _ in range(self._load.visitors):
                    visitors.create_task(self._visit())
        except TimeoutError:
            pass  # what was measured in the time counts
        self.figures.seconds, self.figures.own_cpu = time.perf_counter() - began, time.process_time() - cpu
        self.figures.texts = len(self._seen)
        return self.figures

    async def _visit(self) -> None:
        for language, texts in self._conversations:
            if self._left <= 0:
                return
            talk = await TALKS[self._load.system].open(self._load.port, language)
            self.figures.opened += 1
            try:
                await self._converse(talk, texts)
            finally:
                await talk.close()

    async def _converse(self, talk: Talk, texts: list[str]) -> None:
        for text in texts:
            if self._left <= 0:
                return
            self._left -= 1
            began = time.perf_counter()
            async with asyncio.timeout(_LONGEST_TURN):
                answer = await talk.ask(text)
            self.figures.turns.append(time.perf_counter() - began)
            self._seen.add(answer.text)
            self.figures.articles += answer.article
            if answer.over:
                self.figures.handed_over += 1
                return


def main() -> None:
    """Read, run, print."""
    fields: dict[str, Any] = json.load(sys.stdin)
    try:
        figures = asyncio.run(Crowd(Load(**fields)).talk())
    except* (NoAnswer, OSError, TimeoutError, asyncio.IncompleteReadError) as group:
        sys.exit(f"A visitor got no answer: {group.exceptions[0]!r}")
    json.dump(asdict(figures), sys.stdout)


if __name__ == "__main__":
    main()
