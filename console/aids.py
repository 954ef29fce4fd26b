"""What helps an agent answer: canned answers, fitting articles, and what the visitor has asked before."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from console.articles import Articles, Asked
from console.kept import Kept
from conversations.database import Database
from handoff import canned
from handoff.earlier import earlier, had
from handoff.rows import Agent
from knowledge_base.loading import ARTICLES, read_organisation_of

Card = dict[str, Any]


class Aids:
    """Everything at hand beside a chat; reads the record and files, and writes nothing."""

    def __init__(self, database: Database, bot: Asked, clock: Callable[[], datetime]) -> None:
        self._database = database
        self.articles = Articles(database, bot, clock)
        files = (canned.FILE, ARTICLES.parent / "organisation.yml")
        self._canned: Kept[tuple[canned.CannedAnswer, ...]] = Kept(
            lambda: files, lambda: canned.load(read_organisation_of()), ()
        )

    async def canned(self) -> list[Card]:
        """Give every canned answer in both languages."""
        return [
            {
                "shortcut": answer.shortcut,
                "also": list(answer.also),
                **{language: vars(text) for language, text in answer.texts.items()},
            }
            for answer in await self._canned.current()
        ]

    async def earlier(self, conversation: str) -> list[Card]:
        """Give the visitor's other conversations, newest first; raises UnknownConversation."""
        async with self._database.read() as transaction:
            return await earlier(transaction, conversation)

    async def had(self, agent: Agent, words: str) -> list[Card]:
        """Give the conversations an agent had in which all these words are found, newest first."""
        async with self._database.read() as transaction:
            return await had(transaction, agent.id, words)
