"""Acts when nobody does: calls agents for whoever waits, and ends what waits in vain."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

import structlog

from conversations import record
from conversations.database import Database, DatabaseUnavailable, Transaction
from conversations.rows import Conversation
from handoff import scene
from handoff.calls import Calls
from handoff.floor import Floor
from handoff.routing import Assignment, assignments
from handoff.timers import Act, Duty, Hours, View, next_act

_SIGNS_COME = timedelta(seconds=30)  # longest pause after which an open console connects again
log = structlog.get_logger()


class DeskClock:
    """The desk's timers and its routing, each a question to the record, so that they hold over restarts.

    What is found due is looked at again under the conversation's lock, so any number of servers may ask at once.
    """

    def __init__(self, database: Database, floor: Floor, calls: Calls, clock: Callable[[], datetime]) -> None:
        self._database, self._floor, self._calls, self._clock = database, floor, calls, clock
        self._woken = asyncio.Event()
        self._blind_until = clock()

    def wake(self) -> None:
        """Say that somebody came to wait or became free; agents are called at once."""
        self._woken.set()

    def look_away(self) -> None:
        """Take nobody for gone for a while: signs of life could not be recorded, and come again only now."""
        self._blind_until = self._clock() + _SIGNS_COME

    async def run(self) -> None:
        """Call agents whenever it is woken, until cancelled."""
        while True:
            await self._woken.wait()
            self._woken.clear()
            try:
                await self.once()
            except DatabaseUnavailable as error:
                log.warning("calling_waits", reason=str(error))
            except Exception:
                log.exception("calling_failed")

    async def once(self) -> None:
        """Do everything that is due now, then call agents for whoever waits."""
        now = self._clock()
        async with self._database.read() as transaction:
            duties = await scene.duties(transaction)
            views = await scene.waiting_views(transaction, duties, now)
        desk = self.desk(duties, now)
        for conversation, view in views:
            due = next_act(view, desk)
            if due and due.at <= now and due.act != Act.ANSWER:
                await self._act(conversation)
        await self.assign()

    async def assign(self) -> None:
        """Call agents until nobody who waits can be given one."""
        while await self._called_somebody():
            pass

    async def _called_somebody(self) -> bool:
        now = self._clock()
        async with self._database.read() as transaction:
            waiting = await scene.waiting(transaction)
            people = await scene.people(transaction, now) if waiting else []
        called = [await self._call(given) for given in assignments(waiting, people, now)]
        return any(called)

    async def _call(self, given: Assignment) -> bool:
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, given.conversation)
            called = await self._calls.call(transaction, conversation, given.agent, self._clock())
        if called:
            log.info("called", conversation=given.conversation, agent=given.agent)
        return called

    async def _act(self, conversation_id: str) -> None:
        """Do what is due in a conversation, if it still is."""
        async with self._database.write() as transaction:
            conversation = await record.lock(transaction, conversation_id)
            now = self._clock()
            duties = await scene.duties(transaction)
            view = await scene.view_of(transaction, conversation)
            due = next_act(view, self.desk(duties, now))
            if due is None or due.at > now or (now < self._blind_until and _judged_by_signs(due.act, view)):
                return
            await self._do(due.act, transaction, conversation, now)
        log.info("desk_acted", conversation=conversation_id, act=due.act)

    async def _do(self, act: Act, transaction: Transaction, conversation: Conversation, now: datetime) -> None:
        """Do one thing; that the bot answers is seen to elsewhere."""
        match act:
            case Act.MISS:
                await self._calls.miss(transaction, conversation, now)
            case Act.LEAVE:
                await self._floor.leave(transaction, conversation, now)
            case Act.PROMISE:
                await self._floor.give_up(transaction, conversation, now)
            case Act.REMIND:
                await self._floor.remind(transaction, conversation, now)

    def desk(self, duties: dict[int, Duty], now: datetime) -> Hours:
        """Give the desk as its timers see it."""
        return self._floor.hours(now, online=any(duty.is_near(now) for duty in duties.values()))


def _judged_by_signs(act: Act, view: View) -> bool:
    """Tell whether somebody is taken for gone for want of signs of life; who signed out or was deactivated is gone."""
    chose_to_go = act == Act.LEAVE and view.agent is not None and view.agent.presence == "offline"
    return act in (Act.LEAVE, Act.PROMISE) and not chose_to_go
