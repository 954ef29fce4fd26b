"""The command line's part about people: firstline agents add, invite, set, list, deactivate, audit and more."""

import asyncio
import sys
from datetime import datetime
from typing import Annotated, Any

import typer

from firstline.endings import end, given_settings

agents = typer.Typer(
    no_args_is_help=True, help="Add, invite, set and list people; end their sign-ins; see who did what."
)
Email = Annotated[str, typer.Argument(help="The person's e-mail address.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="agent, editor, supervisor or operator; repeatable.")]
Moment = Annotated[datetime | None, typer.Option(help="As 2026-11-27 or 2026-11-27T14:30:00, in UTC.")]


@agents.command("add")
def add_agent(
    email: Email,
    name: Annotated[str, typer.Option(help="The name visitors see.")],
    role: Roles = None,
    password_stdin: Annotated[
        bool, typer.Option("--password-stdin", help="Read the password from a line of input.")
    ] = False,
) -> None:
    """Add somebody who answers; without --password-stdin a password is made and shown once."""
    from firstline.people import add

    password = sys.stdin.readline().rstrip("\r\n") if password_stdin else None
    end(asyncio.run(add(given_settings(), email, name, tuple(role or ["agent"]), password)))


@agents.command("invite")
def invite_agent(
    email: Email,
    name: Annotated[str, typer.Option(help="The name the page proposes; they may change it.")] = "",
    role: Roles = None,
) -> None:
    """Print a link with which somebody joins once; for somebody who is here already, one to set a new password."""
    from firstline.people import invite

    end(asyncio.run(invite(given_settings(), email, name, tuple(role or ["agent"]))))


@agents.command("set")
def set_agent(
    email: Email,
    name: Annotated[str | None, typer.Option(help="The name visitors see.")] = None,
    role: Roles = None,
    capacity: Annotated[int | None, typer.Option(help="How many chats at once; 0: none is assigned.")] = None,
    languages: Annotated[str | None, typer.Option(help="Languages of their chats, as en,de; empty: all.")] = None,
    groups: Annotated[str | None, typer.Option(help="Groups they belong to, as network,second_level.")] = None,
) -> None:
    """Set somebody's name, roles, how many chats they take, in which languages, for which groups; the rest stays."""
    from firstline.people import change

    lists = {"languages": languages, "groups": groups}
    changes: dict[str, Any] = {key: given.split(",") for key, given in lists.items() if given is not None}
    others = {"name": name, "roles": role, "capacity": capacity}
    changes |= {key: given for key, given in others.items() if given is not None}
    end(asyncio.run(change(given_settings(), email, changes)))


@agents.command("list")
def list_agents() -> None:
    """List everybody who answers."""
    from firstline.people import everyone

    end(asyncio.run(everyone(given_settings())))


@agents.command("deactivate")
def deactivate_agent(email: Email) -> None:
    """End somebody's work here: their sign-ins end, and their chats go back into the queue."""
    from firstline.people import deactivate

    end(asyncio.run(deactivate(given_settings(), email)))


@agents.command("reactivate")
def reactivate_agent(email: Email) -> None:
    """Let somebody work here again, with the password and roles they had."""
    from firstline.people import reactivate

    end(asyncio.run(reactivate(given_settings(), email)))


@agents.command("sign-out")
def sign_agent_out(email: Email) -> None:
    """End all sign-ins of somebody, as after a lost computer; they can sign in again."""
    from firstline.people import sign_out

    end(asyncio.run(sign_out(given_settings(), email)))


@agents.command("audit")
def show_audit(  # noqa: PLR0913  an option each
    *,
    agent: Annotated[str, typer.Option(help="Only what was done by or to who has this e-mail address.")] = "",
    action: Annotated[str, typer.Option(help="Only this action, such as claim, roles or sign_in.")] = "",
    conversation: Annotated[str, typer.Option(help="Only what was done to this conversation, by its id.")] = "",
    ticket: Annotated[str, typer.Option(help="Only what was done to this ticket, as IT-1001.")] = "",
    since: Moment = None,
    until: Moment = None,
    limit: Annotated[int, typer.Option(help="How many, the newest.", min=1)] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
) -> None:
    """Show who did what, newest first: when, who, what, to which conversation, ticket or person."""
    from firstline.trail import Question, show

    question = Question(agent, action, conversation, ticket, since, until)
    end(asyncio.run(show(given_settings(), question, limit, as_json=as_json)))
