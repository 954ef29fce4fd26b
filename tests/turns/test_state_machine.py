"""Whatever visitor, bot, agents, clock and crashes do, and in which order: nothing is lost, doubled or talked over."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import pytest
from hypothesis import HealthCheck, Phase
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy.ext.asyncio import AsyncSession

from channels.desk import Inbound, Reading
from conversations.errors import ChangedRepeat, ChoiceNotOffered, ConversationClosed
from conversations.status import NotAllowed
from firstline.app import Firstline
from firstline.settings import Settings
from handoff.agents import add_agent, all_agents, saw
from handoff.floor import BACK_TO_BOT, Taken
from handoff.rows import Agent
from knowledge_base.loading import read_organisation_of
from tests.chaos.ledger import Ledger, Sent
from tests.chaos.transcript import WAITING, Transcript
from tests.conftest import PASSWORD, HandClock
from tests.scripted_bot import ScriptedBot

EXAMPLES, STEPS = 20, 25
REFUSED = (Taken, NotAllowed, ConversationClosed)
Result = TypeVar("Result")
WORDS = st.sampled_from(("vpn", "wifi", "a human please", "unknown", "my ticket"))
AGENTS = st.integers(0, 1)


class Crash(BaseException):
    """The process is gone, right after a commit."""


class House:
    """One life of the product after the other on one database; the bot thinks until it is told to answer."""

    def __init__(self, settings: Settings, database_url: str) -> None:
        settings.database_url = database_url
        self._settings, self._organisation = settings, read_organisation_of()
        self._loop = asyncio.new_event_loop()
        self.clock = HandClock()
        self.commits_left: int | None = None
        self._live()
        self.agents: list[Agent] = self.run(self._add_agents())

    def run(self, what: Awaitable[Result]) -> Result:
        """Run to the end."""
        return self._loop.run_until_complete(what)

    def do(self, what: Awaitable[Result]) -> Result | None:
        """Run to the end, or to a crash, after which there is a new life and nobody knows the result."""
        try:
            return self.run(what)
        except Crash:
            self.die()
            return None

    def think(self, failures: int = 0) -> None:
        """Let the bot answer, or fail first, until it has nothing more to do."""
        self.bot.failures = failures
        self.bot.gate.set()
        try:
            if self.run(self._thought()):
                self.die()
        finally:
            self.bot.gate.clear()

    async def see(self, agent: Agent) -> None:
        """Note a sign of life of an agent's console."""
        async with self.firstline.database.write() as transaction:
            await saw(transaction, agent.id, self.clock())

    def die(self) -> None:
        """Drop everything that lives in the process, and begin anew on the same database."""
        self.commits_left = None
        self.run(self._drop())
        self._live()
        self.run(self.firstline.rounds.start())

    def close(self) -> None:
        """End the last life."""
        self.run(self._drop())
        self._loop.close()

    def _live(self) -> None:
        self.bot = ScriptedBot()
        self.bot.gate.clear()
        self.firstline = Firstline(self._settings, self._organisation, self.bot, self.clock)
        self.firstline.database.write = self._mortal(self.firstline.database.write)  # type: ignore[method-assign]

    def _mortal(self, write: Callable[[], Any]) -> Callable[[], Any]:
        @asynccontextmanager
        async def mortal() -> AsyncIterator[AsyncSession]:
            async with write() as transaction:
                yield transaction
            if self.commits_left is not None:
                self.commits_left -= 1
                if self.commits_left <= 0:
                    raise Crash

        return mortal

    async def _thought(self) -> bool:
        """Tell whether a task met a crash."""
        crashed = False
        while tasks := list(self.firstline.answering._tasks):
            ends = await asyncio.gather(*tasks, return_exceptions=True)
            crashed = crashed or any(isinstance(end, Crash) for end in ends)
        return crashed

    async def _drop(self) -> None:
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.firstline.database.close()

    async def _add_agents(self) -> list[Agent]:
        async with self.firstline.database.write() as transaction:
            for name in ("Ann", "Bob"):
                await add_agent(transaction, f"{name.lower()}@example.org", name, PASSWORD, self.clock())
        async with self.firstline.database.read() as transaction:
            return list(await all_agents(transaction))


class Desk(RuleBasedStateMachine):
    """One conversation, and everybody who takes part in it."""

    def __init__(self, house: House) -> None:
        super().__init__()
        self.house, self.ledger = house, Ledger()
        self.sent: list[Sent] = []
        self.agents_sent: list[Sent] = []
        self.last = 0

    @initialize(online=st.booleans())
    def open(self, online: bool) -> None:
        """Begin a conversation, with or without anybody at the desk."""
        self.conversation, _ = self.house.run(self.house.firstline.visitors.open("web", "en"))
        for agent in self.house.agents:
            presence = "online" if online else "offline"
            self.house.run(self.house.firstline.work.set_presence(agent, presence))

    @rule(words=WORDS)
    def visitor_says(self, words: str) -> None:
        """Say something under a new id."""
        self._send(Sent(f"v1-m{len(self.sent)} {words}"))

    @precondition(lambda self: self.sent)
    @rule(pick=st.randoms(use_true_random=False))
    def visitor_repeats(self, pick: Any) -> None:
        """Send something again that was or was not acknowledged."""
        self._deliver(pick.choice(self.sent))

    @precondition(lambda self: any(sent.seq for sent in self.sent))
    @rule()
    def visitor_changes_a_repeat(self) -> None:
        """Send other words under an id that was taken: they are refused."""
        taken = next(sent for sent in self.sent if sent.seq and sent.choice is None)
        with pytest.raises(ChangedRepeat):
            self.house.run(self._take(Sent("other words", id=taken.id)))

    @rule()
    def visitor_goes_back(self) -> None:
        """Press [Back to the bot], whether it is there or not."""
        self._send(Sent("Back to the bot", BACK_TO_BOT))

    @rule(failures=st.sampled_from((0, 0, 0, 1, 2)))
    def bot_answers(self, failures: int) -> None:
        """Let the bot finish thinking."""
        self.house.think(failures)

    @rule(agent=AGENTS)
    def agent_claims(self, agent: int) -> None:
        """Take the conversation, even in the middle of the bot's thinking."""
        self._act(self._work.claim(self.house.agents[agent], self.conversation))

    @rule(agent=AGENTS)
    def agent_says(self, agent: int) -> None:
        """Answer, with or without the floor."""
        sent = Sent(f"agent {len(self.agents_sent)}")
        self.agents_sent.append(sent)
        said = self._act(self._work.say(self.house.agents[agent], self.conversation, sent.id, sent.text))
        sent.seq = said[0] if said else self._found(sent.text)
        sent.refused = sent.seq is None

    @rule(agent=AGENTS)
    def agent_returns(self, agent: int) -> None:
        """Give the floor back to the bot."""
        self._act(self._work.give_back(self.house.agents[agent], self.conversation))

    @rule(agent=AGENTS)
    def agent_passes_on(self, agent: int) -> None:
        """Put the conversation back into the queue."""
        self._act(self._work.transfer(self.house.agents[agent], self.conversation, {"group": "second_level"}))

    @rule(agent=AGENTS)
    def agent_is_seen(self, agent: int) -> None:
        """Show a sign of life."""
        self.house.do(self.house.see(self.house.agents[agent]))

    @rule(seconds=st.sampled_from((1, 6, 25, 40, 100, 1000, 36_000)))
    def time_passes(self, seconds: int) -> None:
        """Let time pass and the timers go round."""
        self.house.clock.move(seconds=seconds)
        self.house.do(self.house.firstline.rounds.once())

    @rule()
    def everything_crashes(self) -> None:
        """Lose the process while the bot thinks."""
        self.house.die()

    @rule(commits=st.integers(1, 3))
    def a_commit_is_the_last(self, commits: int) -> None:
        """Lose the process right after one of the next commits, before anybody is told."""
        self.house.commits_left = commits

    @precondition(lambda self: len(self.sent) > 3)
    @rule(agent=AGENTS)
    def agent_closes(self, agent: int) -> None:
        """End the conversation."""
        self._act(self._work.close(self.house.agents[agent], self.conversation, "solved"))

    @invariant()
    def the_record_is_right(self) -> None:
        """See what was acknowledged there once, in order; the floor is as told; nobody was talked over."""
        reading = self._read()
        transcript = Transcript(self.conversation).read(reading.messages)
        assert len(reading.messages) >= self.last, "the record lost something"
        self.last = len(reading.messages)
        acknowledged = [one for one in self.sent if one.seq]
        self.ledger.compare(self.conversation, "visitor", acknowledged, self._known(reading))
        self.ledger.compare(self.conversation, "agent", self.agents_sent, reading.messages)
        assert [*self.ledger.flaws, *transcript.flaws] == []
        assert reading.standing.status == transcript.floor

    def teardown(self) -> None:
        """Let everything come to rest: whatever the bot owes is answered, whoever waits was told what comes next."""
        self.house.commits_left = None
        for sent in self.sent:
            self._deliver(sent)
        self.house.clock.move(seconds=60)
        self.house.run(self.house.firstline.rounds.once())
        self.house.think()
        self.the_record_is_right()
        reading = self._read()
        transcript = Transcript(self.conversation).read(reading.messages).end(reading.standing.status)
        assert transcript.flaws == []
        assert reading.standing.status != WAITING or reading.standing.ticket
        self.house.run(self.house.firstline.visitors.close(self.conversation))

    @property
    def _work(self) -> Any:
        return self.house.firstline.work

    def _send(self, sent: Sent) -> None:
        sent.behind = max((one.seq or 0 for one in self.sent), default=0)
        self.sent.append(sent)
        self._deliver(sent)

    def _deliver(self, sent: Sent) -> None:
        try:
            receipt = self.house.do(self._take(sent))
        except (ConversationClosed, ChoiceNotOffered):
            assert sent.seq is None, "what was taken is refused"
            return
        if receipt:
            self.ledger.acknowledge(self.conversation, sent, receipt.seq)

    async def _take(self, sent: Sent) -> Any:
        inbound = Inbound(sent.id, "" if sent.choice else sent.text, sent.choice)
        return await self.house.firstline.visitors.take(self.conversation, inbound)

    def _act(self, what: Awaitable[Result]) -> Result | None:
        try:
            return self.house.do(what)
        except REFUSED:
            return None

    def _read(self) -> Reading:
        return self.house.run(self.house.firstline.visitors.read(self.conversation, 0))

    def _found(self, text: str) -> int | None:
        return next((message["seq"] for message in self._read().messages if message["text"] == text), None)

    def _known(self, reading: Reading) -> list[Any]:
        """Leave out what is in the record and was never acknowledged: the process died in between."""
        unknown = {one.text for one in self.sent if one.seq is None}
        return [
            {**message, "author": "nobody"}
            if message["author"] == "visitor" and message["text"] in unknown
            else message
            for message in reading.messages
        ]


@pytest.fixture
def house(settings: Settings, database_url: str) -> Iterator[House]:
    """Give a house on a database of each kind."""
    house = House(settings, database_url)
    yield house
    house.close()


def test_whatever_happens_the_guarantee_holds(house: House):
    """In every order of sending, thinking, claiming, waiting and crashing, the record stays right."""
    run_state_machine_as_test(
        lambda: Desk(house),
        settings=hypothesis_settings(
            max_examples=EXAMPLES,
            stateful_step_count=STEPS,
            derandomize=True,
            database=None,
            phases=(Phase.generate,),
            suppress_health_check=list(HealthCheck),
        ),
    )


pytestmark = pytest.mark.timeout(600)
