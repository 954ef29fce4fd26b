"""Chooses what stands for a conversation in the lists: the last thing its visitor said in words of their own."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Conversation, Message
from knowledge_base.words import tokens

_LONGEST = 120
_LOOKED_AT = 30  # messages back from the visitor's last one, of bot and agents too
_PERSON = frozenset(
    tokens(
        """
        agent colleague human operator person somebody someone technician
        Ansprechpartner jemand jemandem jemanden Kollege Kollegen Kollegin Mensch Menschen Mitarbeiter Mitarbeiterin
        Person Techniker Technikerin
        """
    )
)
_WISH = _PERSON.union(
    tokens(
        """
        a actual an another can chat connect could from get give have hello help hi i i'd instead it just like live me
        my need now of please prefer rather real really speak support talk thanks the to want wanna with would you your
        bitte brauche den der die echten echter ein eine einem einen einer endlich geben gern gerne haben hallo holen
        ich jetzt kann könnte lieber mal mich mir mit möchte nur reden richtigen schreiben sie sprechen statt verbinden
        will wieder würde
        """
    )
)


@dataclass(frozen=True)
class Preview:
    """The words, or the name of the file that was sent without any."""

    text: str = ""
    file: str | None = None


_RECENT = (  # written down once: consoles ask it many times a second
    select(Message.conversation_id, Message.text, Message.choice, Message.attachments)
    .join(Conversation, Conversation.id == Message.conversation_id)
    .where(
        Message.conversation_id.in_(bindparam("conversations", expanding=True)),
        Message.author == "visitor",
        Message.seq > Conversation.visitor_seq - bindparam("looked_at"),
    )
    .order_by(Message.seq.desc())
)


async def previews(transaction: AsyncSession, conversations: Sequence[Conversation]) -> dict[str, Preview]:
    """Give the preview of each conversation in which the visitor has said something."""
    said = await _said(transaction, conversations, 1)
    unclear = [one for one in conversations if one.id in said and not _is_own(said[one.id][0])]
    if unclear:
        said |= await _said(transaction, unclear, _LOOKED_AT)
    return {conversation: _preview(newest_first) for conversation, newest_first in said.items()}


async def _said(
    transaction: AsyncSession, conversations: Sequence[Conversation], looked_at: int
) -> dict[str, list[Any]]:
    """Give what each visitor said among the last so many messages up to their own last one, the newest first."""
    asked = {"conversations": [one.id for one in conversations], "looked_at": looked_at}
    said: dict[str, list[Any]] = {}
    for row in await transaction.execute(_RECENT, asked):
        said.setdefault(row.conversation_id, []).append(row)
    return said


def _preview(newest_first: Sequence[Any]) -> Preview:
    chosen = next(filter(_is_own, newest_first), newest_first[0])
    return Preview(chosen.text[:_LONGEST], _file(chosen.attachments) if not chosen.text else None)


def _is_own(row: Any) -> bool:
    return row.choice is None and not is_bare_wish(row.text)


def _file(attachments: Iterable[dict[str, Any]]) -> str | None:
    return next((str(file["name"]) for file in attachments), None)


def is_bare_wish(text: str) -> bool:
    """Tell whether a text asks for a person and says nothing else."""
    words = set(tokens(text))
    return bool(words & _PERSON) and words <= _WISH
