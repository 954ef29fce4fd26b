"""Measures the bot on questions kept apart: what was answered rightly, offered, answered wrongly or handed off."""

import asyncio
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
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
from knowledge_base.articles import LANGUAGES
from knowledge_base.topics import TOPICS

_KINDS = ("oos", "human_request", "frustrated", "chitchat")
_OUTCOMES = ("right", "offered", "wrong", "handed_off", "other")
_AT_ONCE = ("human_request", "frustrated")  # both bring a person without another word
_BECAME = (*_AT_ONCE, "low_confidence", "answer", "suggest", "dialogue")


@dataclass(frozen=True)
class Case:
    """One question, what was expected and what came of it.

    `kind` is "question" or what the file says. A question's `outcome` is judged by its topic, `by_article` by its
    article.
    """

    text: str
    language: str
    kind: str
    topic: str | None
    article: str | None
    outcome: str
    by_article: str | None
    decision: str
    given: str

    def as_json(self) -> dict[str, str | None]:
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
    try:
        question = json.loads(line)
    except ValueError as error:
        raise ValueError(f"line {number} is not JSON: {error}") from error
    if not isinstance(question, dict):
        raise ValueError(f"line {number} is not an object")  # noqa: TRY004  all mistakes of a file are told alike
    if not question.get("text") or question.get("lang") not in LANGUAGES:
        raise ValueError(f"line {number} needs text and lang (en or de)")
    if not question.get("topic") and question.get("kind") not in _KINDS:
        raise ValueError(f"line {number} needs a topic, or a kind: {', '.join(_KINDS)}")
    if question.get("topic") and question["topic"] not in TOPICS:
        raise ValueError(f"line {number} has a topic that does not exist: {question['topic']}")
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
    made: dict[str, Any] = {name: question.get(name) for name in ("text", "topic", "article")} | {
        "language": question["lang"]
    }
    if not question.get("topic"):
        became = reply.handoff_reason or reply.decision
        return Case(
            **made, kind=question["kind"], outcome=became, by_article=None, decision=reply.decision, given=given
        )
    by_article = _outcome(reply, question, "article") if question.get("article") else None
    outcome = _outcome(reply, question, "topic")
    return Case(**made, kind="question", outcome=outcome, by_article=by_article, decision=reply.decision, given=given)


def _outcome(reply: Reply, question: Mapping[str, Any], by: str) -> str:
    """Say what became of a question, judged by its `topic` or its `article`."""
    if reply.decision == "answer":
        return "right" if getattr(reply, by) == question[by] else "wrong"
    if reply.decision == "suggest":
        return "offered" if any(getattr(choice, by) == question[by] for choice in suggested(reply)) else "other"
    return "handed_off" if reply.handoff_reason else "other"


def _show(cases: Sequence[Case]) -> None:
    console = Console()
    for language in LANGUAGES:
        mine = [case for case in cases if case.language == language]
        if mine:
            console.print(_overview(language, mine))
            for table in _tables(language, mine):
                console.print(table)


def _overview(language: str, cases: Sequence[Case]) -> Table:
    table = Table("", "of", "share", title=f"{language}: in short")
    for name, share, among in figures(cases):
        table.add_row(name, str(among), _percent(share, among))
    return table


def figures(cases: Sequence[Case]) -> list[tuple[str, int, int]]:
    """Give the figures of one language: what is counted, how many did, of how many."""
    by_kind = _by(cases, "kind")
    asked = by_kind.get("question", [])
    rows = [
        ("right answer", _count(asked, "right"), len(asked)),
        ("right answer, or right among the offered", _count(asked, "right", "offered"), len(asked)),
        ("wrong answer", _count(asked, "wrong"), len(asked)),
        *((f"{name}: by article", n, all_) for name, n, all_ in _by_article(asked)),
        ("handed off", _count(asked, "handed_off"), len(asked)),
        ("taken for frustration", sum(case.given == "frustrated" for case in asked), len(asked)),
        ("taken for a wish for a person", sum(case.given == "human_request" for case in asked), len(asked)),
    ]
    for kind, name in (("human_request", "wish for a person"), ("frustrated", "strong frustration")):
        mine = by_kind.get(kind, [])
        rows.append((f"{name}: brought a person at once", _count(mine, *_AT_ONCE), len(mine)))
        rows.append((f"{name}: heard as such", _count(mine, kind), len(mine)))
    outside = by_kind.get("oos", [])
    rows.append(("out of scope: answered", _count(outside, "answer"), len(outside)))
    return [row for row in rows if row[2]]


def _by_article(asked: Sequence[Case]) -> list[tuple[str, int, int]]:
    judged = [case.by_article for case in asked if case.by_article]
    right, offered, wrong = (judged.count(outcome) for outcome in ("right", "offered", "wrong"))
    among = len(judged)
    return [
        ("right answer", right, among),
        ("right answer, or right among the offered", right + offered, among),
        ("wrong answer", wrong, among),
    ]


def _tables(language: str, cases: Sequence[Case]) -> Iterable[Table]:
    asked = [case for case in cases if case.kind == "question"]
    if asked:
        yield _shares(f"{language}: questions by topic", _by(asked, "topic"), _OUTCOMES)
    judged = [replace(case, outcome=case.by_article) for case in asked if case.by_article]
    if judged:
        yield _shares(f"{language}: questions by article", _by(judged, "article"), _OUTCOMES)
    rest = [case for case in cases if case.kind != "question"]
    if rest:
        yield _shares(f"{language}: what became of everything else", _by(rest, "kind"), _BECAME)


def _by(cases: Iterable[Case], name: str) -> dict[str, list[Case]]:
    groups: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        if key := getattr(case, name):
            groups[key].append(case)
    return dict(sorted(groups.items()))


def _count(cases: Iterable[Case], *outcomes: str) -> int:
    return sum(case.outcome in outcomes for case in cases)


def _shares(title: str, groups: Mapping[str, Sequence[Case]], outcomes: Sequence[str]) -> Table:
    table = Table("", "n", *(outcome.replace("_", " ") for outcome in outcomes), title=title)
    for name, cases in groups.items():
        counts = Counter(case.outcome for case in cases)
        table.add_row(name, str(len(cases)), *(_percent(counts[outcome], len(cases)) for outcome in outcomes))
    return table


def _percent(share: int, among: int) -> str:
    return f"{100 * share / among:.1f} %"
