"""Asks the bot from the terminal, without a server: one JSON object a line, or a chat."""

import asyncio
import io
import json
import sys
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TextIO

from bot.reply import Candidate, Reply, Utterance
from bot.workers import BotUnavailable, Workers
from conversations.masking import mask
from conversations.texts import clean

_ARTICLE_CHOICE = "article:"


def ask(models: Path, *, as_json: bool, one_conversation: bool) -> str | None:
    """Answer standard input with the model in use; gives the sentence to fail with, or None.

    With `as_json` every line is a message, of a conversation of its own unless `one_conversation`; else it is a chat.
    """
    from bot.training import current_model

    model = current_model(models)
    if model is None:
        return "There is no model yet. Train one with: firstline train"
    try:
        if as_json:
            asyncio.run(_with_workers(model, lambda workers: _answer_lines(workers, one_conversation=one_conversation)))
        else:
            _chat(model)
    except BotUnavailable as error:
        return f"The bot does not start: {error}."
    except (KeyboardInterrupt, BrokenPipeError):
        return None
    return None


async def answers(
    workers: Workers, lines: Iterable[str], write: Callable[[str], object], *, one_conversation: bool
) -> None:
    """Write one JSON object for every line, in the form of `answer_of`."""
    state: Mapping[str, Any] = {}
    for line in lines:
        text = line.rstrip("\r\n")
        masked = mask(clean(text)).text
        try:
            reply = await workers.reply(state if one_conversation else {}, [Utterance(masked)], datetime.now(UTC))
        except BotUnavailable:
            answer = _unanswered(text, masked)
        else:
            answer, state = answer_of(text, masked, reply), reply.state
        write(json.dumps(answer, ensure_ascii=False) + "\n")


def answer_of(text: str, masked: str, reply: Reply) -> dict[str, Any]:
    """Give one turn as plain JSON: what was asked, what was decided how surely, and the texts of the reply."""
    return {
        "text": text,
        "masked": masked,
        "language": reply.language,
        "decision": reply.decision,
        "article": reply.article,
        "topic": reply.topic,
        "confidence": reply.confidence,
        "suggestions": [_suggestion(candidate) for candidate in suggested(reply)],
        "handoff": reply.handoff_reason,
        "reply": [message.text for message in reply.messages],
    }


def suggested(reply: Reply) -> list[Candidate]:
    """Give the articles a reply offers as choices, with their confidences."""
    offered = [choice.value.removeprefix(_ARTICLE_CHOICE) for message in reply.messages for choice in message.choices]
    return [candidate for candidate in reply.candidates if candidate.article in offered]


def _suggestion(candidate: Candidate) -> dict[str, Any]:
    return {"article": candidate.article, "topic": candidate.topic, "confidence": candidate.confidence}


def _unanswered(text: str, masked: str) -> dict[str, Any]:
    nothing = dict.fromkeys(("language", "article", "topic", "confidence"))
    told = {"decision": "handoff", "handoff": "bot_unavailable", "suggestions": [], "reply": []}
    return {"text": text, "masked": masked, **nothing, **told}


async def _with_workers(model: Path, use: Callable[[Workers], Any]) -> None:
    workers = Workers(model)
    await workers.start()
    try:
        await workers.ready()
        await use(workers)
    finally:
        await workers.close()


async def _answer_lines(workers: Workers, *, one_conversation: bool) -> None:
    def write(line: str) -> None:
        sys.stdout.write(line)
        sys.stdout.flush()

    for stream in (sys.stdin, sys.stdout):
        _speak_utf8(stream)
    await answers(workers, sys.stdin, write, one_conversation=one_conversation)


def _speak_utf8(stream: TextIO) -> None:
    if isinstance(stream, io.TextIOWrapper):
        stream.reconfigure(encoding="utf-8", errors="replace")


def _chat(model: Path) -> None:
    from firstline.terminal_chat import chat

    asyncio.run(_with_workers(model, chat))
