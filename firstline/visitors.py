"""What visitors can do, as the channels are handed it."""

from collections import OrderedDict
from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any

from channels.desk import Address, Inbound, Reading, Receipt, Standing, Upload
from conversations import record
from conversations.database import Transaction
from conversations.errors import AlreadyRated, UnknownConversation
from conversations.files import attachment_of
from conversations.messages import as_json
from conversations.rows import Conversation
from conversations.signals import Following
from conversations.status import Status
from conversations.texts import one_line
from conversations.updates import note_update, seq_of_update
from firstline.transcripts import Transcripts
from firstline.turns import Parts, Turns, worded
from handoff import tickets
from handoff.places import place_of

_KNOWN_TOKENS = 20_000


class Visitors:
    """The desk as visitors meet it; implements `channels.desk.Desk`."""

    def __init__(self, parts: Parts, turns: Turns, public_url: str = "") -> None:
        self._parts, self._turns, self._public_url = parts, turns, public_url.rstrip("/")
        self._database, self._signals, self._floor = parts.database, parts.signals, parts.floor
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def open(self, channel: str, language: str, address: str | None = None) -> tuple[str, str]:
        """Begin a conversation."""
        async with self._database.write() as transaction:
            opened = record.open_conversation(transaction, channel, language, self._parts.clock(), address=address)
        return opened.conversation.id, opened.token

    async def of_address(self, channel: str, address: str, language: str) -> str:
        """Give the open conversation of an address, or begin one linked to the last."""
        async with self._database.write() as transaction:
            last = await record.newest_of_address(transaction, channel, address)
            if last and last.status != Status.CLOSED:
                return last.id
            language = last.language if last else language
            opened = record.open_conversation(transaction, channel, language, self._parts.clock(), address=address)
            opened.conversation.previous = last.id if last else None
        return opened.conversation.id

    async def authorise(self, conversation: str, token: str) -> None:
        """Check that the token opens the conversation; a pair that did is remembered."""
        key = (conversation, record.token_hash(token))
        if key not in self._known:
            async with self._database.read() as transaction:
                await record.conversation_of_token(transaction, conversation, token)
            self._known[key] = None
            if len(self._known) > _KNOWN_TOKENS:
                self._known.popitem(last=False)

    async def introduce(self, conversation: str, fields: Mapping[str, str | None]) -> Mapping[str, Any]:
        """Change the visitor's name, e-mail or language."""
        async with self._database.write() as transaction:
            row = await record.lock(transaction, conversation)
            for name, value in fields.items():
                setattr(row, name, one_line(value))
        return {"id": row.id, "name": row.name, "email": row.email, "language": row.language}

    async def take(self, conversation: str, inbound: Inbound) -> Receipt:
        """Record what the visitor said and see that it is answered."""
        return await self._turns.take(conversation, inbound)

    async def read(self, conversation: str, after: int) -> Reading:
        """Give the messages behind a place and who has the floor."""
        async with self._database.read() as transaction:
            row = await record.get(transaction, conversation)
            messages = await record.messages(transaction, conversation, after) if row.last_seq > after else ()
            standing = await self._standing(transaction, row)
        return Reading(standing, [as_json(message) for message in messages])

    async def _standing(self, transaction: Transaction, row: Conversation) -> Standing:
        return Standing(
            status=row.status,
            language=row.language,
            agent=row.agent_name,
            calling=row.ringing_name,
            place=await place_of(transaction, row),
            ticket=row.ticket,
            ticket_url=f"{self._public_url}/t/{self._floor.link_secret(row.ticket)}" if row.ticket else None,
            rated=row.rating is not None,
        )

    async def attach(self, conversation: str, upload: Upload) -> Receipt:
        """Record a file the visitor sends; the bot says once that it cannot look into files."""
        now = self._parts.clock()
        file = attachment_of(conversation, upload.name, upload.content, now)
        async with self._database.write() as transaction:
            row = await record.lock(transaction, conversation)
            listed = {"id": file.id, "name": file.name, "type": file.type, "size": file.size}
            said = record.Said("visitor", "", row.name, upload.external_id, attachments=[listed])
            if repeat := await record.repeated(transaction, row, said):
                return Receipt(repeat, repeated=True)
            record.require_open(row)
            self._parts.pace.take(conversation)
            transaction.add(file)
            seen = row.visitor_seq
            seq = record.append(transaction, row, said, now)
            if row.status == Status.WITH_BOT:
                row.visitor_seq = seen  # a file alone is no question to the bot
                self._explain_files(transaction, row)
        return Receipt(seq)

    def _explain_files(self, transaction: Transaction, row: Conversation) -> None:
        if "files" in row.notices:
            return
        row.notices = [*row.notices, "files"]
        told = record.Said("system", self._floor.texts("file_received", row.language))
        record.append(transaction, row, told, self._parts.clock())

    async def file(self, conversation: str, attachment: str) -> tuple[str, str, bytes]:
        """Give a file's name, type and bytes."""
        async with self._database.read() as transaction:
            found = await record.attachment(transaction, conversation, attachment)
        return found.name, found.type, found.content

    async def typing(self, conversation: str, *, on: bool) -> None:
        """Say that the visitor types."""
        self._signals.typing(conversation, "visitor", on=on)

    async def close(self, conversation: str) -> Standing:
        """End the conversation."""
        async with self._database.write() as transaction:
            row = await record.lock(transaction, conversation)
            await self._floor.close(transaction, row, None, None, self._parts.clock())
            standing = await self._standing(transaction, row)
        self._parts.wake()
        return standing

    async def rate(
        self, conversation: str, score: int, comment: str | None = None, *, by: Address | None = None
    ) -> None:
        """Keep the visitor's rating; raises AlreadyRated the second time, UnknownConversation if it is not theirs."""
        async with self._database.write() as transaction:
            row = await record.lock(transaction, conversation)
            if by and by != (row.channel, row.address):
                raise UnknownConversation(conversation)
            if row.rating is not None:
                raise AlreadyRated
            row.rating, row.rating_comment = score, worded(comment or "")

    async def await_comment(self, conversation: str, prompt: str) -> None:
        """Remember the message of a push channel that asks for the rating's comment."""
        async with self._database.write() as transaction:
            (await record.lock(transaction, conversation)).rating_prompt = prompt

    async def comment(self, by: Address, prompt: str, said: Inbound) -> bool:
        """Keep a reply to that message as the comment; the same update again changes nothing."""
        async with self._database.write() as transaction:
            if said.update and await seq_of_update(transaction, said.update):
                return True
            found = await record.awaiting_comment(transaction, by, prompt)
            if found is None:
                return False
            row = await record.lock(transaction, found)
            row.rating_comment, row.rating_prompt = worded(said.text), None
            note_update(transaction, said.update, row.id, row.last_seq)
        return True

    async def newest(self, of: Address) -> str | None:
        """Give the newest conversation of an address."""
        async with self._database.read() as transaction:
            found = await record.newest_of_address(transaction, *of)
        return found.id if found else None

    async def transcript(self, conversation: str) -> tuple[str, bytes]:
        """Give what was said, without agents' notes, as a page to keep."""
        async with self._database.read() as transaction:
            row = await record.get(transaction, conversation)
            messages = await record.messages(transaction, conversation)
        return Transcripts(self._floor.texts).page(row, messages, self._parts.clock())

    async def transcript_of_ticket(self, secret: str) -> tuple[str, bytes]:
        """Give the transcript to whoever holds the link of its ticket; raises UnknownTicket."""
        async with self._database.read() as transaction:
            ticket = await tickets.ticket_by_secret(transaction, secret)
        return await self.transcript(ticket.conversation_id)

    def follow(self, conversation: str) -> AbstractContextManager[Following]:
        """Follow a conversation's signals."""
        return self._signals.follow(conversation)
