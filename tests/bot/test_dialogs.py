"""Whole conversations from `tests/dialogs`, run through the real bot as visitors would have them.

A turn says who speaks: `visitor` types (a list: several messages in one breath), or `clicks` a choice by its title.
Below it stands what the bot does: words of its reply (`bot`), the `article`, `decision`, `handoff`, `language`,
`choices` by title, `facts`, `asks`, and `not_article` and `not_offered`, which it must not give or offer.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.reply import Reply, Utterance
from tests.bot.conftest import AssistantElsewhere

FOLDER = Path(__file__).parents[1] / "dialogs"
NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Dialog:
    """One conversation: the promise it keeps, the language it starts in, its turns."""

    promise: str
    language: str | None
    turns: tuple[dict[str, Any], ...]


def dialogs() -> Iterator[Any]:
    """Give every dialog of every file, named after both."""
    for path in sorted(FOLDER.glob("*.yml")):
        for item in yaml.safe_load(path.read_text(encoding="utf-8")):
            dialog = Dialog(item["promise"], item.get("language"), tuple(item["talk"]))
            yield pytest.param(dialog, id=f"{path.stem}: {dialog.promise}")


@pytest.mark.parametrize("dialog", [*dialogs()])
def test_dialog(dialog: Dialog, assistant: AssistantElsewhere):
    """The conversation goes as it is written down."""
    state: Any = {"language": dialog.language} if dialog.language else {}
    before: Reply | None = None
    for turn in dialog.turns:
        before = assistant.reply(state, utterances(turn, before), NOW)
        state = before.state
        compare(turn, before)


def utterances(turn: dict[str, Any], before: Reply | None) -> list[Utterance]:
    """Give what the visitor says in one turn."""
    typed = turn.get("visitor", [])
    said = [Utterance(text) for text in (typed if isinstance(typed, list) else [typed])]
    return [*said, *clicks(turn["clicks"], before)] if "clicks" in turn else said


def clicks(title: str, before: Reply | None) -> list[Utterance]:
    """Give the click on a choice that was offered."""
    assert before is not None
    offered = {choice.title: choice.value for message in before.messages for choice in message.choices}
    assert title in offered, f"{title!r} was not offered, only {list(offered)}"
    return [Utterance(title, offered[title])]


def compare(turn: dict[str, Any], reply: Reply) -> None:
    """Compare the reply with what is written below the visitor's words."""
    said = "\n".join(message.text for message in reply.messages)
    got = {
        "article": reply.article,
        "decision": reply.decision,
        "handoff": reply.handoff_reason,
        "language": reply.language,
        "choices": [choice.title for message in reply.messages for choice in message.choices],
        "facts": dict(reply.facts),
        "asks": reply.asks,
    }
    about = f"after {turn.get('visitor', turn.get('clicks'))!r} the bot said {said!r}: {got}"
    assert turn.get("bot", "") in said, about
    for name in got.keys() & turn.keys():
        assert got[name] == turn[name], f"{name}: {about}"
    assert reply.article is None or reply.article != turn.get("not_article"), about
    assert turn.get("not_offered") not in got["choices"], about
