"""Shows "typing …" in a visitor's chat while the bot or an agent types."""

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from channels.desk import Desk

_WATCHED = 1800.0  # seconds after the last message of a conversation
_SHOWN = 4.0  # Telegram shows it for five seconds
_MOST = 1000


class TypingSigns:
    """Follows the conversations that were lately written in.

    Of several servers the one that fetches shows the signs: `fetches` tells whether this one does.
    """

    def __init__(self, bot: Bot, desk: Desk, fetches: Callable[[], bool]) -> None:
        self._bot, self._desk, self._fetches = bot, desk, fetches
        self._until: dict[str, float] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def watch(self, conversation: str, chat: str) -> None:
        """Follow a conversation for a while, from now on."""
        if conversation in self._until or len(self._until) < _MOST:
            following = conversation in self._until
            self._until[conversation] = time.monotonic() + _WATCHED
            if not following:
                task = asyncio.create_task(self._follow(conversation, chat))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    async def close(self) -> None:
        """Follow nothing more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _follow(self, conversation: str, chat: str) -> None:
        shown = -_SHOWN
        try:
            with self._desk.follow(conversation) as following:
                while (left := self._until[conversation] - time.monotonic()) > 0:
                    signals = await following.next(left)
                    typed = any(one.kind == "typing" and one.on and one.author in ("bot", "agent") for one in signals)
                    if typed and self._fetches() and time.monotonic() - shown >= _SHOWN:
                        shown = time.monotonic()
                        with suppress(TelegramError):
                            await self._bot.send_chat_action(chat, ChatAction.TYPING)
        finally:
            del self._until[conversation]
