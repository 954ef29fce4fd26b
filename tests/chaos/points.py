"""Named points of a server's work at which it ends itself, as by `kill -9`, when a file asks for it.

The product knows nothing of this: the points listen to SQLAlchemy and sit around the bot.
"""

import asyncio
import os
import signal
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, inspect
from sqlalchemy.orm import Session

from bot.reply import Reply, Utterance
from bot.workers import Workers
from conversations.rows import Conversation, Message
from tests.workers_bot import WorkersBot

TAKEN = "after take"  # a visitor's message is committed and not acknowledged
REPLYING = "during the reply"  # the bot has been asked and has not answered
ANSWERING = "answer written"  # and not committed
ANSWERED = "answer committed"  # and nobody told
SENT = "between send and commit"  # a delivery was sent and is not noted
CLAIMING = "during claim"  # written and not committed
CLAIMED = "after claim"  # committed and not acknowledged
POINTS = (TAKEN, REPLYING, SENT, CLAIMING, ANSWERING, ANSWERED, CLAIMED)

_ASKED = 0.003  # seconds in which the question reaches the worker
_COMMITTED = "points to pass after the commit"


class Points:
    """The points of one server; each is armed by a file of its name in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def arm(self, point: str) -> None:
        """Let the server end when it next passes the point."""
        (self._folder / point).touch()

    def disarm(self, point: str) -> bool:
        """Let it pass again; False if it was hit."""
        return _unlinked(self._folder / point)

    def armed(self, point: str) -> bool:
        """Tell whether the point waits to be passed."""
        return (self._folder / point).exists()

    def reach(self, point: str) -> None:
        """End this process if the point is armed."""
        if _unlinked(self._folder / point):
            os.kill(os.getpid(), signal.SIGKILL)

    def listen(self) -> None:
        """Notice the points that lie in transactions, on every engine of this process."""
        event.listen(Session, "after_flush", self._written)
        event.listen(Session, "after_commit", self._committed)
        event.listen(Engine, "before_cursor_execute", self._executing)

    def _written(self, session: Session, _context: Any) -> None:
        authors = {row.author for row in session.new if isinstance(row, Message)}
        claimed = any(_claimed(row) for row in session.dirty)
        reached = session.info.setdefault(_COMMITTED, set())
        if "visitor" in authors:
            reached.add(TAKEN)
        if "bot" in authors:
            self.reach(ANSWERING)
            reached.add(ANSWERED)
        if claimed:
            self.reach(CLAIMING)
            reached.add(CLAIMED)

    def _committed(self, session: Session) -> None:
        for point in sorted(session.info.pop(_COMMITTED, ())):
            self.reach(point)

    def _executing(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith("UPDATE deliveries") and "sent_at=" in statement.partition(" WHERE ")[0]:
            self.reach(SENT)


def _claimed(row: object) -> bool:
    return isinstance(row, Conversation) and any(inspect(row).attrs.agent_id.history.added)


def _unlinked(path: Path) -> bool:
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    return True


class MortalBot(WorkersBot):
    """The bot's workers, whose server may end while they think."""

    def __init__(self, workers: Workers, points: Points) -> None:
        super().__init__(workers)
        self._points = points

    async def reply(self, state: Mapping[str, Any], utterances: Sequence[Utterance], now: datetime) -> Reply:
        """Ask for one turn."""
        turn = asyncio.ensure_future(super().reply(state, utterances, now))
        if self._points.armed(REPLYING):
            await asyncio.wait([turn], timeout=_ASKED)
            self._points.reach(REPLYING)
        return await turn
