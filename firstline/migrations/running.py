"""Brings a database to the newest layout."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from alembic.util.exc import CommandError
from sqlalchemy import create_engine, event, inspect, literal, text
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

import handoff.rows  # noqa: F401  its tables belong to the layout
from conversations.database import DatabaseUnavailable, driver_url, unavailable_sentence
from conversations.rows import Row

FOLDER = Path(__file__).parent
_VERSION = "alembic_version"
_LOCK = 0x46697273746C696E  # the advisory lock that servers starting at the same moment wait for; "Firstlin"
_PATIENCE = 600  # seconds to wait for another server that migrates; it may have a large table to rebuild


class NewerLayout(DatabaseUnavailable):
    """The database has a layout this release does not know: a newer one has migrated it."""


def migrate(url: str) -> bool:
    """Bring the database at `url` to the newest layout as one transaction; tells whether there was anything to do.

    Makes the folder of an SQLite database. Of several servers that start at the same moment one migrates and the
    others wait. Raises DatabaseUnavailable with a sentence for the operator, NewerLayout if it is of a newer release.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    with _connected(url, alone=True) as connection:
        layout = _layout(connection)
        if layout == newest():
            return False
        if not is_known(layout):
            raise NewerLayout(
                f"The database has been used by a newer release (its layout is {layout}, this release knows "
                f"{newest()}): start that release, or restore a backup made with this one."
            )
        command.upgrade(_config(connection), "head")
        return True


def layout_of(url: str) -> str | None:
    """Give the name of the layout the database has, None if it has none; raises DatabaseUnavailable."""
    with _connected(url) as connection:
        return _layout(connection)


def serves(layout: str | None) -> bool:
    """Tell whether this release can work on a layout: its own, or the one of a newer release beside it.

    Migrations only add, so that the previous release goes on serving while servers are replaced one after another.
    """
    return layout == newest() or not is_known(layout)


def is_known(layout: str | None) -> bool:
    """Tell whether a layout is one of this release or of one before it."""
    if layout is None:
        return True
    try:
        return _scripts().get_revision(layout) is not None
    except CommandError:
        return False


def is_used(url: str) -> bool:
    """Tell whether a database holds people or conversations; raises DatabaseUnavailable."""
    with _connected(url) as connection:
        there = inspect(connection).get_table_names()
        held = (name for name in tables() if name in there and name != _VERSION)
        return any(
            connection.execute(Row.metadata.tables[name].select().with_only_columns(literal(1)).limit(1)).first()
            for name in held
        )


def tables() -> tuple[str, ...]:
    """Give the names of all tables of this release."""
    return (_VERSION, *Row.metadata.tables)


def newest() -> str | None:
    """Give the name of the newest layout."""
    return _scripts().get_current_head()


@cache
def _scripts() -> ScriptDirectory:
    return ScriptDirectory(str(FOLDER))


@contextmanager
def _connected(url: str, *, alone: bool = False) -> Iterator[Connection]:
    """Give a connection in a transaction; with `alone` no other one that wants to be alone goes on beside it."""
    engine = _engine(url, alone=alone)
    try:
        with engine.begin() as connection:
            if alone and connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
            yield connection
    except (DBAPIError, OSError) as error:
        raise DatabaseUnavailable(unavailable_sentence(url, error)) from error
    finally:
        engine.dispose()


def _layout(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def _engine(url: str, *, alone: bool) -> Engine:
    parsed = make_url(driver_url(url))
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, connect_args={"connect_timeout": 5})
    folder = Path(parsed.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(unavailable_sentence(url, error)) from error
    engine = create_engine(parsed, connect_args={"timeout": _PATIENCE})

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # the driver itself begins no transaction for CREATE and ALTER: half an upgrade would stay
        connection.exec_driver_sql("BEGIN IMMEDIATE" if alone else "BEGIN")

    return engine
