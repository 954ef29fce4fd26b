"""Shows the audit trail on the command line."""

import json
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from conversations.database import DatabaseUnavailable, Transaction, opened
from firstline.migrations.running import migrate
from firstline.settings import Settings
from handoff import audit
from handoff.agents import agent_by_email
from handoff.refusals import AgentProblem, NoSuchAgent
from handoff.rows import Deed


@dataclass(frozen=True)
class Question:
    """What is asked of the trail; what is empty is not asked about."""

    agent: str = ""
    action: str = ""
    conversation: str = ""
    ticket: str = ""
    since: datetime | None = None
    until: datetime | None = None


async def show(settings: Settings, question: Question, limit: int, *, as_json: bool) -> str | None:
    """Print the newest deeds that are asked for; gives one sentence if that is not possible."""
    if question.action and question.action not in audit.ACTIONS:
        return f"There is no action '{question.action}': use one of {', '.join(audit.ACTIONS)}."
    try:
        migrate(settings.database)
        async with opened(settings.database) as database, database.read() as transaction:
            wanted = await _wanted(transaction, question)
            async for deed in _deeds(transaction, wanted, limit):
                print(json.dumps(audit.as_json(deed), ensure_ascii=False) if as_json else _line(deed))  # noqa: T201
    except (AgentProblem, DatabaseUnavailable) as problem:
        return str(problem)
    return None


async def _wanted(transaction: Transaction, question: Question) -> audit.Wanted:
    agent = await agent_by_email(transaction, question.agent) if question.agent else None
    if question.agent and agent is None:
        raise NoSuchAgent(question.agent)
    return audit.Wanted(
        agent.id if agent else None,
        question.action or None,
        question.conversation or None,
        question.ticket or None,
        _utc(question.since),
        _utc(question.until),
    )


def _utc(moment: datetime | None) -> datetime | None:
    return moment.replace(tzinfo=UTC) if moment else None


async def _deeds(transaction: Transaction, wanted: audit.Wanted, limit: int) -> AsyncIterator[Deed]:
    """Give so many deeds, fetched some at a time."""
    while limit > 0 and (found := await audit.deeds(transaction, wanted, limit)):
        for deed in found:
            yield deed
        limit -= len(found)
        wanted = replace(wanted, before=found[-1].id)


def _line(deed: Deed) -> str:
    to = " ".join(each for each in (deed.conversation_id, deed.ticket, deed.subject) if each)
    details = ", ".join(f"{name}: {_value(value)}" for name, value in deed.details.items())
    return "\t".join((deed.at.isoformat(timespec="seconds"), deed.agent, deed.action, to, details)).rstrip()


def _value(value: object) -> str:
    return " ".join(str(each) for each in value) if isinstance(value, list) else str(value)
