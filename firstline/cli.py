"""The command line: serve, train, ask, kb, agents, migrate, backup, restore, check."""

from pathlib import Path
from typing import Annotated

import typer

from firstline.cli_people import agents
from firstline.endings import end as _end
from firstline.endings import fail as _fail
from firstline.endings import given_settings as _settings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Firstline: the first line of an IT help desk. A bot answers from articles, people take over when it cannot.",
)
kb = typer.Typer(no_args_is_help=True, help="Check and search the knowledge base.")
app.add_typer(kb, name="kb")
app.add_typer(agents, name="agents")


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="Address to listen on; 0.0.0.0 for every one.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to listen on.", min=0, max=65535)] = 8000,
) -> None:
    """Run the help desk: demo page on /, console on /console. Trains the bot first if that is needed."""
    from firstline.server import serve as run

    _end(run(_settings(), host, port))


@app.command()
def train(
    if_needed: Annotated[
        bool, typer.Option("--if-needed", help="Do nothing when the model fits articles and settings.")
    ] = False,
) -> None:
    """Train the bot from articles and intents; a running server takes the new model over by itself."""
    from firstline.training import train as run

    _end(run(_settings(), if_needed=if_needed))


@app.command()
def ask(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line instead of a chat.")] = False,
    conversation: Annotated[
        bool, typer.Option("--conversation", help="With --json: all lines are one conversation.")
    ] = False,
) -> None:
    """Ask the bot in the terminal; with --json one message a line from standard input, each on its own."""
    from firstline.ask import ask as run
    from firstline.training import train as make

    settings = _settings()
    _end(make(settings, if_needed=True, quiet=True))
    _end(run(settings.models, as_json=as_json, one_conversation=conversation))


@app.command()
def evaluate(
    questions: Annotated[Path, typer.Argument(help='JSONL: {"text", "lang", "topic" or "kind"} a line.')],
    cases: Annotated[Path, typer.Option(help="Where every case is written.")] = Path("cases.jsonl"),
) -> None:
    """Measure the bot on questions it was not trained on: right, offered, wrong, handed off."""
    from firstline.evaluating import evaluate as run

    _end(run(_settings().models, questions, cases))


@app.command()
def migrate() -> None:
    """Bring the database to the newest layout; without harm when it has it."""
    from conversations.database import DatabaseUnavailable
    from firstline.migrations.running import migrate as run

    try:
        changed = run(_settings().database)
    except DatabaseUnavailable as error:
        _fail(str(error))
    typer.echo("The database has been brought to the newest layout." if changed else "The database is up to date.")


@app.command()
def backup(
    file: Annotated[Path, typer.Argument(help="The file to write; it must not be there yet.")],
) -> None:
    """Write the database and the server's key into one file; a running server goes on."""
    from firstline.backup import backup as run

    _end(run(_settings(), file))


@app.command()
def restore(
    file: Annotated[Path, typer.Argument(help="A file that `firstline backup` wrote.")],
    force: Annotated[bool, typer.Option("--force", help="Replace a database that has something in it.")] = False,
) -> None:
    """Put a backup back as a whole, after checking it; also of an earlier release."""
    from firstline.backup import restore as run

    _end(run(_settings(), file, force=force))


@app.command("check")
def check_record() -> None:
    """Look whether the record holds together, and name what does not."""
    from firstline.backup import check as run

    _end(run(_settings()))


@kb.command()
def check(
    folder: Annotated[Path | None, typer.Argument(help="Folder of articles; by default the product's own.")] = None,
) -> None:
    """Check every article and canned answer and name all mistakes with file, line and field."""
    from firstline.kb_check import check as run

    _end(run(folder))


@kb.command()
def search(
    words: Annotated[list[str], typer.Argument(help="What somebody might ask.")],
    language: Annotated[str, typer.Option(help="en or de; by default both.")] = "",
    limit: Annotated[int, typer.Option(help="How many articles.", min=1, max=50)] = 5,
) -> None:
    """Show which articles fit a question, and why."""
    from firstline.kb_search import search as run

    _end(run(" ".join(words), language, limit))
