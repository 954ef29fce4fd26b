"""The load generator, a process of its own: reads a Plan as JSON, says "measuring", prints a Tally as JSON."""

import asyncio
import json
import sys
import time
from collections.abc import Coroutine
from dataclasses import dataclass
from itertools import count, islice
from typing import Any

from benchmarks.load_people import Agent, Room, Visitor
from benchmarks.questions import conversations

_CHATS = 2  # of each agent, all the time
_PAUSE = 4.0  # seconds between two messages of an agent to these
_LAST_ANSWERS = 5.0  # seconds
_AT_ONCE = 20  # arriving


@dataclass(frozen=True)
class Plan:
    """So many people, so many messages a second to the bot, for so many seconds after the warm-up.

    With `missed` nothing of that, but `reconnects` to a conversation with so many messages that were not seen.
    """

    port: int
    visitors: int = 0
    agents: int = 1
    rate: float = 0.0
    seconds: float = 0.0
    warm_up: float = 0.0
    seed: int = 1
    missed: int = 0
    reconnects: int = 0


class Crowd:
    """Everybody at once."""

    def __init__(self, plan: Plan) -> None:
        self._plan, self._room = plan, Room(plan.port)
        self._tasks: set[asyncio.Task[None]] = set()

    async def gather(self) -> None:
        """Let everybody come: visitors open their streams, agents sign in and take their chats."""
        agents = [Agent(self._room, number) for number in range(self._plan.agents)]
        for agent in agents:
            await agent.sign_in()
            for task in (agent.follow(), agent.look(), agent.serve()):
                self._begin(task)
        visitors: list[Visitor] = []
        asked = conversations(self._plan.seed)
        while len(visitors) < self._plan.visitors:
            few = list(islice(asked, min(_AT_ONCE, self._plan.visitors - len(visitors))))
            came = [Visitor(self._room, texts) for _, texts in few]
            await asyncio.gather(*(one.arrive(language) for one, (language, _) in zip(came, few, strict=True)))
            visitors += came
        for visitor in visitors:
            self._begin(visitor.follow())
        held = _CHATS * len(agents)
        for number, visitor in enumerate(visitors[:held]):
            await agents[number % len(agents)].take(visitor)
        self._room.free = dict.fromkeys(visitors[held:])
        for agent in agents:
            self._begin(agent.chat(_PAUSE))

    def _begin(self, what: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(what)
        self._tasks.add(task)
        task.add_done_callback(self._over)

    def _over(self, task: "asyncio.Task[None]") -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            self._room.tally.refusals[type(error).__name__] += 1

    async def ask(self, seconds: float) -> None:
        """Send the messages when they are due, whatever became of the earlier ones."""
        began = time.perf_counter()
        for number in count():
            due = began + number / self._plan.rate
            if due >= began + seconds:
                return
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            if number % max(1, round(self._plan.rate)) == 0:
                self._room.tally.unanswered.append(len(self._room.asked))
            if not self._room.free:
                self._room.tally.refusals["everybody still waits for an answer"] += 1
                continue
            visitor = next(iter(self._room.free))
            del self._room.free[visitor]
            self._room.tally.sent += 1
            self._begin(visitor.ask(due))

    async def measure(self) -> None:
        """Warm up, then measure."""
        await self.ask(self._plan.warm_up)
        tally = self._room.tally
        for figures in (tally.answers, tally.deliveries, tally.acknowledgements, tally.unanswered, tally.refusals):
            figures.clear()
        tally.sent = tally.handed_over = tally.looks = 0
        print("measuring", flush=True)
        began, cpu = time.perf_counter(), time.process_time()
        await self.ask(self._plan.seconds)
        tally.seconds, tally.own_cpu = time.perf_counter() - began, time.process_time() - cpu
        print("measured", flush=True)
        await asyncio.sleep(_LAST_ANSWERS)
        tally.unanswered.append(len(self._room.asked))
        print(json.dumps(vars(tally)), flush=True)

    async def reconnect(self) -> None:
        """Miss messages, then come back; prints the seconds until the last of them had arrived."""
        agent, visitor = Agent(self._room, 0), Visitor(self._room, ("?",))
        await agent.sign_in()
        await visitor.arrive("en")
        await agent.take(visitor)
        seen = await agent.say(visitor.id)
        for _ in range(self._plan.missed):
            last = await agent.say(visitor.id)
        times = [await visitor.come_back(seen, last) for _ in range(self._plan.reconnects)]
        print(json.dumps(times), flush=True)


async def _run(plan: Plan) -> None:
    crowd = Crowd(plan)
    if plan.missed:
        await crowd.reconnect()
    else:
        await crowd.gather()
        await crowd.measure()


def main() -> None:
    """Read and run."""
    asyncio.run(_run(Plan(**json.load(sys.stdin))))


if __name__ == "__main__":
    main()
