"""Brings one update to the desk: a text, a pressed button, or what the desk cannot take and says so."""

import time
from contextlib import suppress
from typing import TYPE_CHECKING

from telegram import Bot, CallbackQuery, Chat, InlineKeyboardButton, InlineKeyboardMarkup, Message, Update, User
from telegram.error import BadRequest, Forbidden, RetryAfter, TelegramError

from channels.desk import Desk, Inbound
from channels.telegram.afterwards import Afterwards, is_command
from channels.telegram.texts import language_of, text
from channels.telegram.typing_signs import TypingSigns
from conversations.errors import ConversationClosed, Refused

if TYPE_CHECKING:
    from channels.telegram.channel import Words

_ONCE_IN = 5.0  # seconds in which the same note is not said again: an album comes as one update a picture
_MOST_NOTES = 1000
_MOST_ALERT = 200  # https://core.telegram.org/bots/api#answercallbackquery
PRESSED = "pressed"  # what the button holds that stands for the one that was pressed
_END = 2**31 - 1


class Receiving:
    """Takes updates to the desk and tells the visitor what was not taken."""

    def __init__(self, bot: Bot, desk: Desk, words: "Words", typing: TypingSigns) -> None:
        self._bot, self._desk, self._words, self._typing = bot, desk, words, typing
        self._afterwards = Afterwards(bot, desk)
        self._groups: set[int] = set()
        self._notes: dict[tuple[int, str], float] = {}

    async def take(self, update: Update) -> None:
        """Take one update; returns when it is in the record or the visitor was told why not."""
        if update.callback_query:
            await self._press(update.update_id, update.callback_query)
        elif message := update.message or update.edited_message:
            if message.chat.type != Chat.PRIVATE:
                await self._group(message)
            elif message.from_user:
                await self._message(update, message, message.from_user)

    async def give_up(self, update: Update) -> None:
        """Tell the visitor that what they sent could not be taken."""
        if update.effective_user and update.effective_chat and update.effective_chat.type == Chat.PRIVATE:
            await self._say(update.effective_user.id, text("not_taken", _language(update.effective_user)))

    async def _group(self, message: Message) -> None:
        if message.chat.id not in self._groups:
            self._groups.add(message.chat.id)
            await self._say(message.chat.id, text("group", _language(message.from_user)))

    async def _message(self, update: Update, message: Message, visitor: User) -> None:
        if update.edited_message:
            if message.text or message.caption:
                await self._note(visitor, "edited")
        elif message.text:
            await self._text(update.update_id, visitor, message)
        elif message.effective_attachment:
            if message.caption:
                await self._text(update.update_id, visitor, message)
            await self._note(visitor, "only_caption" if message.caption else "only_text")

    async def _text(self, update_id: int, visitor: User, message: Message) -> None:
        said = message.text or message.caption or ""
        inbound = self._inbound(update_id, text=said)
        if said.split(maxsplit=1)[:1] == ["/start"]:
            await self._say(visitor.id, text("greeting", _language(visitor)))
        elif is_command(said):
            await self._afterwards.transcript(visitor)
        elif await self._afterwards.commented(message, visitor, inbound):
            return
        elif refusal := await self._taken(visitor, inbound):
            await self._say(visitor.id, refusal, once=True)

    async def _press(self, update_id: int, query: CallbackQuery) -> None:
        """Take the value of a button, stop its spinning, and leave only that button under the message."""
        refusal = None
        if query.data and query.data != PRESSED:
            refusal = await self._pressed(query, self._inbound(update_id, choice=query.data))
            if refusal is None:
                await self._mark(query)
        with suppress(TelegramError):  # it is in the record; a query that is too old cannot be answered
            alert = refusal and refusal[:_MOST_ALERT]
            await self._bot.answer_callback_query(query.id, alert, show_alert=bool(alert))

    async def _pressed(self, query: CallbackQuery, inbound: Inbound) -> str | None:
        try:
            if await self._afterwards.rated(query):
                return None
        except Refused as refused:
            return self._words(refused, _language(query.from_user))
        return await self._taken(query.from_user, inbound)

    async def _mark(self, query: CallbackQuery) -> None:
        if not isinstance(query.message, Message):
            return
        keyboard = query.message.reply_markup.inline_keyboard if query.message.reply_markup else ()
        title = next((button.text for row in keyboard for button in row if button.callback_data == query.data), None)
        if title is None:
            return
        pressed = [[InlineKeyboardButton(f"✓ {title}", callback_data=PRESSED)]]
        with suppress(TelegramError):  # it is in the record; the buttons stay as they are
            await self._bot.edit_message_reply_markup(
                query.message.chat.id, query.message.message_id, reply_markup=InlineKeyboardMarkup(pressed)
            )

    def _inbound(self, update_id: int, text: str = "", choice: str | None = None) -> Inbound:
        key = (f"telegram:{self._bot.id}", str(update_id))
        return Inbound(f"telegram:{update_id}", text, choice, key)

    async def _taken(self, visitor: User, inbound: Inbound) -> str | None:
        """Bring it to the desk; gives the sentence for why it was refused, None if it was taken.

        A conversation that is closed at that very moment is followed by a new one.
        """
        try:
            try:
                await self._take_once(visitor, inbound)
            except ConversationClosed:
                await self._take_once(visitor, inbound)
        except Refused as refused:
            return self._words(refused, await self._language_of_conversation(visitor))
        return None

    async def _take_once(self, visitor: User, inbound: Inbound) -> None:
        conversation = await self._conversation(visitor)
        self._typing.watch(conversation, str(visitor.id))
        await self._desk.take(conversation, inbound)

    async def _conversation(self, visitor: User) -> str:
        return await self._desk.of_address("telegram", str(visitor.id), _language(visitor))

    async def _language_of_conversation(self, visitor: User) -> str:
        reading = await self._desk.read(await self._conversation(visitor), _END)
        return reading.standing.language

    async def _note(self, visitor: User, name: str) -> None:
        await self._say(visitor.id, text(name, await self._language_of_conversation(visitor)), once=True)

    async def _say(self, chat: int, sentence: str, *, once: bool = False) -> None:
        """Say something that is in no record; raises TelegramError only when saying it again may help."""
        if once and self._just_said(chat, sentence):
            return
        with suppress(Forbidden, BadRequest, RetryAfter):
            await self._bot.send_message(chat, sentence)
        if once:
            self._notes[chat, sentence] = time.monotonic()

    def _just_said(self, chat: int, sentence: str) -> bool:
        if len(self._notes) > _MOST_NOTES:
            self._notes.clear()
        said = self._notes.get((chat, sentence))
        return said is not None and time.monotonic() - said < _ONCE_IN


def _language(visitor: User | None) -> str:
    return language_of(visitor.language_code if visitor else None)
