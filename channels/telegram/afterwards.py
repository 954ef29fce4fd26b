"""After a chat: buttons rate it, a reply to the thanks is its comment, and a command gives the transcript."""

from contextlib import suppress
from datetime import timedelta

from telegram import Bot, CallbackQuery, Message, User
from telegram.error import BadRequest, Forbidden

from channels.desk import Address, Desk, Inbound
from channels.telegram.texts import language_of, text
from conversations.ratings import rating_of

TRANSCRIPT = {"en": "transcript", "de": "verlauf"}
_SOON = timedelta(hours=24)  # a reply that comes later is a new question
_END = 2**31 - 1


class Afterwards:
    """What a visitor can do with a conversation that is over; raises `conversations.errors.Refused` when refused."""

    def __init__(self, bot: Bot, desk: Desk) -> None:
        self._bot, self._desk = bot, desk

    async def rated(self, query: CallbackQuery) -> bool:
        """Keep the rating a button stands for and ask for a comment; False if it is another kind of button."""
        rating = rating_of(query.data or "")
        if rating is None:
            return False
        score, conversation = rating
        await self._desk.rate(conversation, score, by=_address(query.from_user))
        language = (await self._desk.read(conversation, _END)).standing.language
        with suppress(Forbidden, BadRequest):
            prompt = await self._bot.send_message(query.from_user.id, text("rated", language))
            await self._desk.await_comment(conversation, str(prompt.message_id))
        return True

    async def commented(self, message: Message, visitor: User, said: Inbound) -> bool:
        """Keep a reply to our question as the comment; whatever is no such reply, or comes late, is a new question."""
        prompt = message.reply_to_message
        if prompt is None or message.date - prompt.date > _SOON:
            return False
        if not await self._desk.comment(_address(visitor), str(prompt.message_id), said):
            return False
        with suppress(Forbidden, BadRequest):
            await self._bot.send_message(visitor.id, text("commented", await self._language(visitor)))
        return True

    async def transcript(self, visitor: User) -> None:
        """Send what was said in the newest conversation as a file."""
        newest = await self._desk.newest(_address(visitor))
        with suppress(Forbidden, BadRequest):
            if newest is None:
                await self._bot.send_message(visitor.id, text("nothing_said", language_of(visitor.language_code)))
            else:
                name, content = await self._desk.transcript(newest)
                await self._bot.send_document(visitor.id, content, filename=name)

    async def announce(self) -> None:
        """Put the command into the chats' menu, in both languages."""
        for language, command in TRANSCRIPT.items():
            told = [(command, text("command_transcript", language))]
            await self._bot.set_my_commands(told, language_code=language if language != "en" else None)

    async def _language(self, visitor: User) -> str:
        newest = await self._desk.newest(_address(visitor))
        if newest is None:
            return language_of(visitor.language_code)
        return (await self._desk.read(newest, _END)).standing.language


def is_command(said: str) -> bool:
    """Tell whether a text asks for the transcript; either language's word will do."""
    first, *rest = said.split(maxsplit=1) or [""]
    return not rest and first.partition("@")[0] in {f"/{command}" for command in TRANSCRIPT.values()}


def _address(visitor: User) -> Address:
    return "telegram", str(visitor.id)
