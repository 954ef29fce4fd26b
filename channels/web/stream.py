"""Streams a conversation to a browser as server-sent events, without gap or repeat."""

from collections.abc import AsyncIterator

from channels.desk import Desk, Reading, Standing
from conversations.database import DatabaseUnavailable
from conversations.wire import LOOK_AGAIN, RETRY_MS, event

_QUIET = 3600.0
_QUEUE_MOVES = 4.0  # seconds between looks at the place of a visitor who waits: others ahead change it


async def events(desk: Desk, conversation: str, after: int) -> AsyncIterator[bytes]:
    """Give who has the floor, the messages behind `after`, and then whatever comes.

    Signals are followed before the record is read, so nothing falls between the two; what is sent is read from the
    record by `seq`, so nothing is sent twice. While the record cannot be read the stream waits. What one reading
    gives goes out in one piece: who has missed 500 messages does not wait for 500 writes.
    """
    standing: Standing | None = None
    with desk.follow(conversation) as following:
        changed = True
        while True:
            if changed:
                try:
                    reading = await desk.read(conversation, after)
                except DatabaseUnavailable:
                    await following.next(LOOK_AGAIN)
                    continue
                if news := _news(reading, standing):
                    yield news
                standing = reading.standing
                if reading.messages:
                    after = reading.messages[-1]["seq"]
            queued = standing is not None and standing.place is not None
            signals = await following.next(_QUEUE_MOVES if queued else _QUIET)
            changed = any(signal.kind == "changed" for signal in signals) or (queued and not signals)
            for signal in signals:
                if signal.kind == "typing" and signal.author != "visitor":
                    yield event("typing", {"author": signal.author, "on": signal.on}).encode()


def _news(reading: Reading, before: Standing | None) -> bytes:
    """Give the floor, if it has changed, and every message."""
    floor = [event("status", reading.standing.as_json(), retry=RETRY_MS)] if reading.standing != before else []
    messages = [event("message", message, id=str(message["seq"])) for message in reading.messages]
    return b"".join(each.encode() for each in (*floor, *messages))
