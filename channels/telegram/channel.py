"""The channel's life: connect, poll and send until closed; a wrong token ends it and nothing else."""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Literal

import structlog

from channels.desk import Desk, Post

if TYPE_CHECKING:
    from telegram import Bot

Status = Literal["off", "ok", "standby", "refused", "starting", "unreachable"]
Words = Callable[[Exception, str], str]
_TOKEN = re.compile(r"\d+:[\w-]+", re.ASCII)
_LAST_WORDS = 5.0  # seconds a message that is being sent at the end may take
log = structlog.get_logger()


class Telegram:
    """Visitors' chats with a Telegram bot. Without a token it is off; a refused token is not tried again.

    Of several servers one fetches what visitors write, the others stand by; all of them send.
    `words` gives the sentence for what was refused, in a language.
    """

    def __init__(
        self, token: str, desk: Desk, post: Post, words: Words, base_url: str = "https://api.telegram.org"
    ) -> None:
        self._token, self._base_url = token.strip(), base_url
        self._desk, self._post, self._words = desk, post, words
        self._fetches = False
        self.status: Status = "starting" if self._token else "off"
        self._life: asyncio.Task[None] | None = None
        self._settle: Callable[[], Awaitable[None]] | None = None

    async def run(self) -> None:
        """Poll and send until closed or cancelled."""
        if not self._token:
            return
        self._life = asyncio.create_task(self._live())
        try:
            await asyncio.wait([self._life])
        finally:
            self._life.cancel()
            await asyncio.wait([self._life])

    async def close(self) -> None:
        """End it; a message that is being sent is sent first."""
        if self._life is None or self._life.done():
            return
        if self._settle:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._settle(), _LAST_WORDS)
        self._life.cancel()
        await asyncio.wait([self._life])

    async def _live(self) -> None:
        if not _TOKEN.fullmatch(self._token):
            self._refuse()
            return
        from telegram.error import InvalidToken

        from channels.telegram.line import bot_of, trace

        for name in ("httpx", "httpcore"):  # they log addresses, and the token is part of each
            logging.getLogger(name).setLevel(logging.WARNING)
        logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)  # it logs what visitors write; it raises as well
        bot = bot_of(self._token, self._base_url)
        try:
            await self._connect(bot)
            await self._work(bot)
        except InvalidToken:
            self._refuse()
        except Exception as error:  # noqa: BLE001  the outermost block of the channel's life
            self.status = "unreachable"
            log.error("telegram_ended", trace=trace(error, bot))  # noqa: TRY400  without the token
        finally:
            await bot.shutdown()

    def _refuse(self) -> None:
        self.status = "refused"
        log.error(
            "telegram_refused", hint="Telegram does not know this token: check FIRSTLINE_TELEGRAM_TOKEN and _URL."
        )

    async def _connect(self, bot: "Bot") -> None:
        """Ask who the bot is until Telegram answers, and see that updates come by polling."""
        from telegram.error import InvalidToken, TelegramError

        from channels.telegram.line import Pause, reason

        pause = Pause(30)
        while True:
            try:
                await bot.initialize()
                await bot.delete_webhook()
            except InvalidToken:
                raise
            except TelegramError as error:
                self.status = "unreachable"
                log.warning("telegram_unreachable", reason=reason(error, bot))
                await asyncio.sleep(pause.seconds())
            else:
                log.info("telegram_ready", bot=bot.username)
                return

    async def _work(self, bot: "Bot") -> None:
        from telegram.error import TelegramError

        from channels.telegram.afterwards import Afterwards
        from channels.telegram.polling import Polling
        from channels.telegram.receiving import Receiving
        from channels.telegram.sending import Sending
        from channels.telegram.typing_signs import TypingSigns

        typing = TypingSigns(bot, self._desk, lambda: self._fetches)
        sending = Sending(bot, self._desk, self._post, typing)
        receiving = Receiving(bot, self._desk, self._words, typing)
        self._settle = sending.settle

        async def fetch() -> None:
            self._fetches = True
            with suppress(TelegramError):  # a menu is a convenience; what is refused for good, polling will find
                await Afterwards(bot, self._desk).announce()
            try:
                await Polling(bot, receiving, self._found).run()
            finally:
                self._fetches, self.status = False, "standby"

        self.status = "standby"
        tasks = [asyncio.create_task(self._post.alone("telegram", fetch)), asyncio.create_task(sending.run())]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await typing.close()

    def _found(self, status: Status) -> None:
        self.status = status
