"""Fetches updates and sees that each is taken: Telegram forgets an update only after it is in the record."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

import structlog
from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from channels.telegram.line import Pause, reason, seconds_of, trace
from conversations.database import DatabaseUnavailable

if TYPE_CHECKING:
    from channels.telegram.receiving import Receiving

KINDS = ("message", "edited_message", "callback_query")
_LONG_POLL = 25  # seconds Telegram may keep silent; the first time and after trouble it answers at once
_MOST_ATTEMPTS = 60  # with the waits below about five minutes
_CONFLICT = "another program polls with this token: only one may."
log = structlog.get_logger()


class Polling:
    """Takes a chat's updates in order and chats side by side, and confirms up to the first that was not taken.

    An update is confirmed by asking for those behind it. After that the offset is left out: Telegram may begin again
    with a lower number when a week has been silent.
    """

    def __init__(self, bot: Bot, receiving: "Receiving", found: Callable[[Literal["ok", "unreachable"]], None]) -> None:
        self._bot, self._receiving, self._found = bot, receiving, found
        self._offset: int | None = None
        self._done: set[int] = set()
        self._attempts: Counter[int] = Counter()
        self._pause = Pause(5)

    async def run(self) -> None:
        """Poll until cancelled; raises InvalidToken when Telegram takes the token no more."""
        pause, patience = Pause(30), 0
        while True:
            try:
                updates = await self._bot.get_updates(self._offset, timeout=patience, allowed_updates=KINDS)
            except InvalidToken:
                raise
            except RetryAfter as error:
                await asyncio.sleep(seconds_of(error))
            except Exception as error:  # noqa: BLE001  the outermost loop; also for updates the library cannot read
                self._found("unreachable")
                patience = 0
                hint = _CONFLICT if isinstance(error, Conflict) else ""
                log.warning("telegram_unreachable", reason=reason(error, self._bot), hint=hint)
                await asyncio.sleep(pause.seconds())
            else:
                self._found("ok")
                patience = _LONG_POLL
                pause.over()
                await self._take(updates)

    async def _take(self, updates: Sequence[Update]) -> None:
        if not updates:
            self._offset = None
            return
        chats: dict[int, list[Update]] = defaultdict(list)
        for update in updates:
            if update.update_id not in self._done:
                chats[update.effective_chat.id if update.effective_chat else 0].append(update)
        late = [left for left in await asyncio.gather(*map(self._in_order, chats.values())) if left is not None]
        self._offset = min(late, default=updates[-1].update_id + 1)
        self._done = {done for done in self._done if done > self._offset} if late else set()
        if late:
            await asyncio.sleep(self._pause.seconds())
        else:
            self._pause.over()

    async def _in_order(self, updates: Sequence[Update]) -> int | None:
        """Take one chat's updates; gives the number of the first that could not be taken."""
        for update in updates:
            if not await self._taken(update):
                return update.update_id
            self._done.add(update.update_id)
            self._attempts.pop(update.update_id, None)
        return None

    async def _taken(self, update: Update) -> bool:
        """Take an update; one that was tried too often is given up, and the visitor is told."""
        try:
            await self._receiving.take(update)
        except DatabaseUnavailable as error:
            log.warning("telegram_update_waits", update=update.update_id, reason=str(error))
            return False
        except Exception as error:  # noqa: BLE001  one chat's trouble is not the others'
            self._attempts[update.update_id] += 1
            attempt = self._attempts[update.update_id]
            told = trace(error, self._bot) if attempt == 1 else reason(error, self._bot)
            log.error(  # noqa: TRY400  the trace is written without the token
                "telegram_update_not_taken", update=update.update_id, attempt=attempt, reason=told
            )
            if attempt < _MOST_ATTEMPTS:
                return False
            await self._give_up(update)
        return True

    async def _give_up(self, update: Update) -> None:
        try:
            await self._receiving.give_up(update)
        except TelegramError as error:
            log.warning("telegram_not_told", update=update.update_id, reason=reason(error, self._bot))
