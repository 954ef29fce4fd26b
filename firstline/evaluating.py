"""Measures the bot on questions kept apart: what was answered rightly, offered, answered wrongly or handed off."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bot.reply import Reply, Utterance
from bot.workers import Workers
from conversations.masking import mask
from conversations.texts import clean
from firstline.ask import suggested

_KINDS = ("oos", "human_request", "frustrated", "chitchat")
_IN_SCOPE = ("right", "offered", "wrong", "handed_off", "other")


@dataclass(frozen=True)
class Case:
    """One question, what was expected and what came of it."""

    text: str
    language: str
    expected: str
    outcome: str
    decision: str
    given: str

    def as_json(self) -> dict[str, str]:
        """Give it as plain JSON values."""
        return dict(vars(self))


def evaluate(models: Path, questions: Path, cases: Path) -> str | None:
    """Ask every question of a JSONL file in a conversation of its own, print the shares, write the cases.

    A line is {"text", "lang", and "topic" (and "article") or "kind"}. Gives the sentence to fail with, or None.
    """
    from bot.training import current_model

    model = current_model(models)
    if model is None:
        return "There is no model yet. Train one with: firstline train"
    try:
        wanted = [_checked(line, number) for number, line in enumerate(_lines(questions), start=1)]
    except (OSError, ValueError) as error:
        return f"{questions} cannot be used: {error}"
    found = asyncio.run(_asked(model, wanted))
    lines = (json.dumps(case.as_json(), ensure_ascii=False) for case in found)
    cases.write_text("\n".join(lines) + "\n", encoding="utf-8")
    _show(found)
    return None


def _lines(path: Path) -> Iterable[str]:
    return (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def _checked(line: str, number: int) -> dict[str, Any]:
    question: dict[str, Any] = json.loads(line)
    if not question.get("text") or question.get("lang") not in ("en", "de"):
        raise ValueError(f"line {number} needs text and lang (en or de)")
    if not question.get("topic") and question.get("kind") not in _KINDS:
        raise ValueError(f"line {number} needs a topic, or a kind: {', '.join(_KINDS)}")
    return question


async def _asked(model: Path, questions: Sequence[Mapping[str, Any]]) -> list[Case]:
    workers = Workers(model)
    await workers.start()
    try:
        await workers.ready()
        return [await _case(workers, question) for question in questions]
    finally:
        await workers.close()


async def _case(workers: Workers, question: Mapping[str, Any]) -> Case:
    text = mask(clean(question["text"])).text
    reply = await workers.reply({}, [Utterance(text)], datetime.now(UTC))
    given = (
        reply.article or ", ".join(candidate.article for candidate in suggested(reply)) or reply.handoff_reason or ""
    )
    expected = question.get("article") or question.get("topic") or question["kind"]
    return Case(question["text"], question["lang"], expected, _outcome(reply, question), reply.decision, given)


def _outcome(reply: Reply, question: Mapping[str, Any]) -> str:
    if not question.get("topic"):
        return _kind_outcome(reply)
    if reply.decision == "answer":
        return "right" if _fits(question, reply.article, reply.topic) else "wrong"
    if reply.decision == "suggest":
        fits = any(_fits(question, candidate.article, candidate.topic) for candidate in suggested(reply))
        return "offered" if fits else "other"
    return "handed_off" if reply.handoff_reason else "other"


def _fits(question: Mapping[str, Any], article: str | None, topic: str | None) -> bool:
    return bool(article == question["article"] if question.get("article") else topic == question["topic"])


def _kind_outcome(reply: Reply) -> str:
    return reply.handoff_reason or reply.decision


def _show(cases: Sequence[Case]) -> None:
    console = Console()
    for language in ("en", "de"):
        mine = [case for case in cases if case.language == language]
        in_scope = [case for case in mine if case.expected not in _KINDS]
        console.print(_shares(f"{language}: ordinary questions", {"all": in_scope} | _by(in_scope), _IN_SCOPE))
        kinds = _by([case for case in mine if case.expected in _KINDS])
        outcomes = sorted({case.outcome for group in kinds.values() for case in group})
        console.print(_shares(f"{language}: everything else", kinds, outcomes))
    alarms = sum(case.outcome == "handed_off" and case.given == "frustrated" for case in cases)
    console.print(f"Ordinary questions taken for anger: {alarms}")


def _by(cases: Iterable[Case]) -> dict[str, list[Case]]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        groups[case.expected].append(case)
    return dict(sorted(groups.items()))


def _shares(title: str, groups: Mapping[str, Sequence[Case]], outcomes: Sequence[str]) -> Table:
    table = Table("", "n", *outcomes, title=title)
    for name, cases in groups.items():
        counts = Counter(case.outcome for case in cases)
        shares = (f"{100 * counts[outcome] / max(1, len(cases)):.1f} %" for outcome in outcomes)
        table.add_row(name, str(len(cases)), *shares)
    return table
