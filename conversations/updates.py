"""Remembers which updates of a push channel were taken."""

from sqlalchemy.ext.asyncio import AsyncSession

from conversations.rows import Update

Key = tuple[str, str]


async def seq_of_update(transaction: AsyncSession, key: Key) -> int | None:
    """Give the place of the message an update brought, or None if it was not taken yet."""
    update = await transaction.get(Update, key)
    return update.seq if update else None


def note_update(transaction: AsyncSession, key: Key | None, conversation_id: str, seq: int) -> None:
    """Remember an update together with the message it brought."""
    if key is not None:
        transaction.add(Update(source=key[0], update_id=key[1], conversation_id=conversation_id, seq=seq))
