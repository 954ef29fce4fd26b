"""Carries what the desk says to the visitors' chats: in order, in pieces, with names, buttons and files."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping
from functools import partial
from html import escape
from typing import Any

import structlog
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import BadRequest, ChatMigrated, Forbidden, InvalidToken, RetryAfter, TelegramError

from channels.desk import Desk, Parcel, Post
from channels.telegram.line import Pause, reason, seconds_of, trace
from channels.telegram.markup import LONGEST, html, pieces
from channels.telegram.texts import text
from channels.telegram.typing_signs import TypingSigns
from conversations.database import DatabaseUnavailable
from conversations.errors import Refused

Part = Callable[[], Awaitable[object]]
_LOOK_AGAIN = 1.0
_LONGEST_SEND = 30.0  # seconds; well within the lease, after which another server may send it
log = structlog.get_logger()


class Sending:
    """Sends what is due; what arrived of a message in parts is not sent again when the rest is."""

    def __init__(self, bot: Bot, desk: Desk, post: Post, typing: TypingSigns) -> None:
        self._bot, self._desk, self._post, self._typing = bot, desk, post, typing
        self._arrived: dict[int, int] = {}
        self._busy = asyncio.Lock()

    async def run(self) -> None:
        """Send until cancelled; raises InvalidToken when Telegram takes the token no more."""
        pause = Pause(30)
        with self._post.follow() as following:
            while True:
                if not await self._sent_one(pause):
                    await following.next(_LOOK_AGAIN)

    async def _sent_one(self, pause: Pause) -> bool:
        """Send one delivery if there is one."""
        try:
            async with self._busy:
                parcel = await self._post.claim("telegram")
                if parcel:
                    await self._deliver(parcel)
        except InvalidToken:
            raise
        except DatabaseUnavailable as error:
            log.warning("telegram_sending_waits", reason=str(error))
        except Exception as error:  # noqa: BLE001  the outermost loop
            log.error("telegram_sending_failed", trace=trace(error, self._bot))  # noqa: TRY400  without the token
        else:
            pause.over()
            return parcel is not None
        await asyncio.sleep(pause.seconds())
        return False

    async def settle(self) -> None:
        """Wait until nothing is being sent, and send no more."""
        await self._busy.acquire()

    async def _deliver(self, parcel: Parcel) -> None:
        try:
            async with asyncio.timeout(_LONGEST_SEND):
                await self._send(parcel)
        except InvalidToken:
            raise
        except RetryAfter as error:
            await self._failed(parcel, error, wait=seconds_of(error))
        except (Forbidden, BadRequest, ChatMigrated, Refused) as error:
            await self._failed(parcel, error, final=True)
        except (TelegramError, TimeoutError) as error:
            await self._failed(parcel, error)
        else:
            await self._note_arrival(parcel)

    async def _note_arrival(self, parcel: Parcel) -> None:
        """Record it, again and again while the database is away and nobody else may send it."""
        while True:
            try:
                await self._post.arrived(parcel)
            except DatabaseUnavailable:
                if not self._post.is_held(parcel):
                    raise
                await asyncio.sleep(1)
            else:
                self._arrived.pop(parcel.id, None)
                return

    async def _failed(
        self,
        parcel: Parcel,
        error: TelegramError | Refused | TimeoutError,
        *,
        final: bool = False,
        wait: float | None = None,
    ) -> None:
        why = reason(error, self._bot)
        log.warning("telegram_not_sent", conversation=parcel.conversation, reason=why, final=final)
        await self._post.failed(parcel, why, final=final, wait=wait)
        if final:
            self._arrived.pop(parcel.id, None)

    async def _send(self, parcel: Parcel) -> None:
        self._typing.watch(parcel.conversation, parcel.address)
        parts = [*self._texts(parcel.address, parcel), *self._files(parcel.address, parcel)]
        arrived = max(parcel.parts, self._arrived.get(parcel.id, 0))
        for number, send in enumerate(parts[arrived:], start=arrived + 1):
            await send()
            self._arrived[parcel.id] = number
            if number < len(parts):
                await self._post.arrived_in_part(parcel, number)

    def _texts(self, chat: str, parcel: Parcel) -> Iterator[Part]:
        message = parcel.message
        name = _name(message)
        cut = list(pieces(_body(parcel), LONGEST - 2 * len(name)))
        for piece in cut:
            buttons = _buttons(message) if piece is cut[-1] else None
            yield partial(self._send_text, chat, name, piece, buttons)

    async def _send_text(self, chat: str, name: str, piece: str, buttons: InlineKeyboardMarkup | None) -> None:
        """Send a piece: what an agent wrote is plain text, only the desk's own words have markup."""
        shown = f"<b>{escape(name, quote=False)}</b>{escape(piece, quote=False)}" if name else html(piece)
        preview = LinkPreviewOptions(is_disabled=True)
        try:
            await self._bot.send_message(chat, shown, "HTML", link_preview_options=preview, reply_markup=buttons)
        except BadRequest as error:
            if "parse entities" not in str(error):
                raise
            log.warning("telegram_markup_refused", reason=reason(error, self._bot))
            await self._bot.send_message(chat, name + piece, link_preview_options=preview, reply_markup=buttons)

    def _files(self, chat: str, parcel: Parcel) -> Iterator[Part]:
        for file in parcel.message["attachments"]:
            yield partial(self._send_file, chat, parcel, file["id"])

    async def _send_file(self, chat: str, parcel: Parcel, attachment: str) -> None:
        name, _, content = await self._desk.file(parcel.conversation, attachment)
        caption = _name(parcel.message).removesuffix(": ") or None
        await self._bot.send_document(chat, content, caption, filename=name)


def _name(message: Mapping[str, Any]) -> str:
    """Give what stands before an agent's words, so that a person is a person and the bot the bot."""
    return f"{message['name']}: " if message["author"] == "agent" and message["name"] else ""


def _body(parcel: Parcel) -> str:
    """Give the message's text, with a link to the ticket if it tells of one."""
    body, standing = str(parcel.message["text"]), parcel.standing
    link = standing.ticket_url or ""
    told = parcel.message["author"] != "agent" and standing.ticket and standing.ticket in body
    if told and link.startswith(("https://", "http://")):
        return f"{body}\n\n{text('ticket_link', standing.language, link=link)}"
    return body


def _buttons(message: Mapping[str, Any]) -> InlineKeyboardMarkup | None:
    choices = message["choices"]
    if not choices:
        return None
    buttons = [InlineKeyboardButton(one["title"], callback_data=one["value"]) for one in choices]
    in_a_row = all(len(button.text) == 1 for button in buttons)  # the scores of a rating
    return InlineKeyboardMarkup([buttons] if in_a_row else [[button] for button in buttons])
