"""Reads and writes the record inside a transaction; every write takes the conversation's row first."""

import hashlib
import secrets
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.database import take
from conversations.errors import (
    ChangedRepeat,
    ChoiceNotOffered,
    ConversationClosed,
    UnknownConversation,
    WrongToken,
)
from conversations.rows import Attachment, Conversation, Delivery, Message
from conversations.status import ASKED, Event, Status, after

PUSH_CHANNELS = ("telegram", "email")

# What is asked many times a second is written down once: to build a statement costs as much as to ask it.
_BY_ID = select(Conversation).where(Conversation.id == bindparam("conversation")).with_for_update()
_BY_EXTERNAL_ID = select(Message).where(
    Message.conversation_id == bindparam("conversation"), Message.external_id == bindparam("external")
)
_BEHIND = (
    select(Message)
    .where(Message.conversation_id == bindparam("conversation"), Message.seq > bindparam("after"))
    .order_by(Message.seq)
)
_BEHIND_FOR_VISITORS = _BEHIND.where(Message.private.is_(False))


@dataclass(frozen=True)
class Opened:
    """A new conversation and the token that opens it; only the token's hash is stored."""

    conversation: Conversation
    token: str


@dataclass(frozen=True)
class Said:
    """What somebody says, on its way into the record."""

    author: str
    text: str
    name: str | None = None
    external_id: str | None = None
    choice: str | None = None
    choices: Sequence[dict[str, str]] = ()
    article: str | None = None
    attachments: Sequence[dict[str, Any]] = ()
    private: bool = False


def token_hash(token: str) -> str:
    """Give what is stored of a token that is long and random: its SHA-256."""
    return hashlib.sha256(token.encode()).hexdigest()


def open_conversation(
    transaction: AsyncSession, channel: str, language: str, now: datetime, *, address: str | None = None
) -> Opened:
    """Begin a conversation with the bot."""
    token = secrets.token_urlsafe(32)
    conversation = Conversation(
        id=str(uuid.uuid4()),
        token_hash=token_hash(token),
        channel=channel,
        address=address,
        language=language,
        status=Status.WITH_BOT,
        state={"language": language},
        last_seq=0,
        visitor_seq=0,
        answered_seq=0,
        failures=0,
        notices=[],
        missed={},
        created_at=now,
        updated_at=now,
    )
    transaction.add(conversation)
    return Opened(conversation, token)


async def lock(transaction: AsyncSession, conversation_id: str) -> Conversation:
    """Take a conversation's row for this transaction; raises UnknownConversation.

    Whoever follows the conversation is told when the transaction commits.
    """
    asked = {"conversation": conversation_id}
    conversation = await transaction.scalar(_BY_ID, asked, execution_options={"populate_existing": True})
    if conversation is None:
        raise UnknownConversation(conversation_id)
    take(transaction, conversation)
    return conversation


async def get(transaction: AsyncSession, conversation_id: str) -> Conversation:
    """Look at a conversation without taking it; raises UnknownConversation."""
    conversation = await transaction.get(Conversation, conversation_id)
    if conversation is None:
        raise UnknownConversation(conversation_id)
    return conversation


async def conversation_of_token(transaction: AsyncSession, conversation_id: str, token: str) -> Conversation:
    """Give the conversation a visitor's token opens.

    Raises WrongToken if the token opens none at all, UnknownConversation if it opens another one.
    """
    hashed = token_hash(token)
    conversation = await transaction.get(Conversation, conversation_id)
    if conversation and secrets.compare_digest(conversation.token_hash or "", hashed):
        return conversation
    another = await transaction.scalar(select(Conversation.id).where(Conversation.token_hash == hashed))
    raise UnknownConversation(conversation_id) if another else WrongToken


async def newest_of_address(transaction: AsyncSession, channel: str, address: str) -> Conversation | None:
    """Give the newest conversation of an address of a push channel."""
    query = select(Conversation).where(Conversation.channel == channel, Conversation.address == address)
    return await transaction.scalar(query.order_by(Conversation.created_at.desc(), Conversation.id).limit(1))


async def awaiting_comment(transaction: AsyncSession, by: tuple[str, str], prompt: str) -> str | None:
    """Give the conversation of an address whose rating awaits its comment in reply to `prompt`."""
    channel, address = by
    query = select(Conversation.id).where(Conversation.channel == channel, Conversation.address == address)
    return await transaction.scalar(query.where(Conversation.rating_prompt == prompt).limit(1))


def append(transaction: AsyncSession, conversation: Conversation, said: Said, now: datetime) -> int:
    """Write a message at the next place and give that place.

    What a visitor on a push channel must see gets its delivery in the same transaction.
    """
    conversation.last_seq += 1
    conversation.updated_at = now
    seq = conversation.last_seq
    if said.author == "visitor":
        conversation.visitor_seq = seq
    fields = {**vars(said), "choices": list(said.choices), "attachments": list(said.attachments)}
    transaction.add(Message(conversation_id=conversation.id, seq=seq, created_at=now, **fields))
    if conversation.channel in PUSH_CHANNELS and said.author != "visitor" and not said.private:
        transaction.add(
            Delivery(
                conversation_id=conversation.id,
                seq=seq,
                channel=conversation.channel,
                address=conversation.address,
                due_at=now,
            )
        )
    return seq


async def repeated(transaction: AsyncSession, conversation: Conversation, said: Said) -> int | None:
    """Give the place of an earlier message with the same external id, or None if there is none.

    Raises ChangedRepeat if that one said something else.
    """
    if said.external_id is None:
        return None
    asked = {"conversation": conversation.id, "external": said.external_id}
    message = await transaction.scalar(_BY_EXTERNAL_ID, asked)
    if message is None:
        return None
    if _content(message) != _content(said):
        raise ChangedRepeat(message.seq)
    return message.seq


def _content(said: Message | Said) -> tuple[object, ...]:
    files = [(file["name"], file["size"]) for file in said.attachments]
    return said.author, said.choice, None if said.choice else said.text, files


async def title_of_choice(transaction: AsyncSession, conversation: Conversation, value: str) -> str:
    """Give the title under which a choice was offered; raises ChoiceNotOffered."""
    query = select(Message.choices).where(Message.conversation_id == conversation.id, Message.author != "visitor")
    for choices in await transaction.scalars(query.order_by(Message.seq.desc())):
        for choice in choices:
            if choice["value"] == value:
                return str(choice["title"])
    raise ChoiceNotOffered(value)


def require_open(conversation: Conversation) -> None:
    """Raise ConversationClosed if the conversation is over."""
    if conversation.status == Status.CLOSED:
        raise ConversationClosed(conversation.id)


def move(conversation: Conversation, event: Event, now: datetime) -> None:
    """Move the floor; raises NotAllowed if the status does not allow it. Whoever was called is called no more."""
    conversation.status = after(Status(conversation.status), event)
    conversation.waiting_since = now if conversation.status == Status.WAITING else None
    asked = conversation.status in ASKED
    conversation.asked_at = (conversation.asked_at or now) if asked else None
    conversation.called = conversation.called_id = conversation.called_at = None
    conversation.ringing_id = conversation.ringing_name = conversation.ringing_until = None
    conversation.missed = {}
    conversation.updated_at = now


async def messages(
    transaction: AsyncSession, conversation_id: str, after_seq: int = 0, *, private: bool = False
) -> Sequence[Message]:
    """Give the messages behind a place, in order; private notes only if asked for."""
    asked = {"conversation": conversation_id, "after": after_seq}
    return (await transaction.scalars(_BEHIND if private else _BEHIND_FOR_VISITORS, asked)).all()


def offered(choices: Iterable[Any]) -> list[dict[str, str]]:
    """Give choices as the record keeps them."""
    return [{"title": choice.title, "value": choice.value} for choice in choices]


async def attachment(transaction: AsyncSession, conversation_id: str, attachment_id: str) -> Attachment:
    """Give a file of a conversation; raises UnknownConversation if it has no such file."""
    found = await transaction.get(Attachment, attachment_id)
    if found is None or found.conversation_id != conversation_id:
        raise UnknownConversation(attachment_id)
    return found
