"""A chat with the bot in the terminal, for editors who want to see what visitors get."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.console import Console
from rich.markdown import Markdown
from rich.markup import escape
from rich.padding import Padding
from rich.panel import Panel

from bot.reply import BotMessage, Choice, Reply, Utterance
from bot.workers import BotUnavailable, Workers
from conversations.masking import mask
from conversations.texts import clean


async def chat(workers: Workers) -> None:
    """Talk until an empty line or the end of the input."""
    console = Console()
    console.print("[dim]Type a question, or the number of a choice. An empty line ends the chat.[/dim]")
    state: Mapping[str, Any] = {}
    offered: Sequence[Choice] = ()
    while said := await _next(console, offered):
        try:
            reply = await workers.reply(state, [said], datetime.now(UTC))
        except BotUnavailable as error:
            console.print(Panel(f"The bot did not answer: {error}", border_style="red"))
            continue
        state, offered = reply.state, tuple(choice for message in reply.messages for choice in message.choices)
        _show(console, reply)


async def _next(console: Console, offered: Sequence[Choice]) -> Utterance | None:
    """Read a line off the event loop; a number is the choice it stands before."""
    try:
        line = await asyncio.to_thread(console.input, "[bold cyan]You:[/bold cyan] ")
    except EOFError:
        return None
    masked = mask(clean(line))
    if masked.kinds:
        console.print(f"[dim]Recorded as: {escape(masked.text)}[/dim]")
    if masked.text.isdecimal() and 0 < int(masked.text) <= len(offered):
        choice = offered[int(masked.text) - 1]
        return Utterance(choice.title, choice.value)
    return Utterance(masked.text) if masked.text else None


def _show(console: Console, reply: Reply) -> None:
    numbered = 1
    for message in reply.messages:
        console.print("[bold green]Bot:[/bold green]", _about(reply))
        console.print(Padding(Markdown(message.text), (0, 4)))
        numbered = _show_choices(console, message, numbered)
    if reply.handoff_reason:
        console.print(Panel(f"Here a person takes over: {reply.handoff_reason}", border_style="yellow"))


def _show_choices(console: Console, message: BotMessage, number: int) -> int:
    for choice in message.choices:
        console.print(f"    [bold]{number}[/bold] {escape(choice.title)}", highlight=False)
        number += 1
    return number


def _about(reply: Reply) -> str:
    sure = f" {reply.confidence:.0%}" if reply.confidence is not None else ""
    about = reply.article or reply.topic or ""
    return f"[dim]{reply.decision} {about}{sure}[/dim]"
