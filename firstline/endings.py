"""How a command begins and ends: with settings that are right, and with one sentence if it failed."""

import sys
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from firstline.settings import Settings


def given_settings() -> "Settings":
    """Read the operator's settings; a wrong one ends the command with its name."""
    from pydantic import ValidationError

    from firstline.settings import Settings

    try:
        return Settings()
    except ValidationError as error:
        first = error.errors()[0]
        wrong = first["msg"].removeprefix("Value error, ")
        if not first["loc"]:
            fail(f"The settings are wrong: {wrong}.")
        name = f"FIRSTLINE_{'_'.join(str(part) for part in first['loc'])}".upper()
        fail(f"The setting {name} is wrong: {wrong}.")


def end(problem: str | None) -> None:
    """End with status 1 and one sentence if there is one."""
    if problem:
        fail(problem)


def fail(sentence: str) -> NoReturn:
    """End with status 1 and one sentence on standard error."""
    typer.secho(sentence, err=True, fg=typer.colors.RED if sys.stderr.isatty() else None)
    raise typer.Exit(1)
