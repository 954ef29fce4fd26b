"""Brings a database to the newest layout."""

import logging
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import DBAPIError

import handoff.rows  # noqa: F401  its tables belong to the layout
from conversations.database import DatabaseUnavailable, driver_url, unavailable_sentence

FOLDER = Path(__file__).parent


def migrate(url: str) -> bool:
    """Bring the database at `url` to the newest layout; tells whether there was anything to do.

    Makes the folder of an SQLite database. Raises DatabaseUnavailable with a sentence for the operator.
    """
    logging.getLogger("alembic").setLevel(logging.WARNING)
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            if _layout(connection) == newest():
                return False
            command.upgrade(_config(connection), "head")
            return True
    except (DBAPIError, OSError) as error:
        raise DatabaseUnavailable(unavailable_sentence(url, error)) from error
    finally:
        engine.dispose()


def is_migrated(url: str) -> bool:
    """Tell whether the database has the newest layout; raises DatabaseUnavailable."""
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return _layout(connection) == newest()
    except (DBAPIError, OSError) as error:
        raise DatabaseUnavailable(unavailable_sentence(url, error)) from error
    finally:
        engine.dispose()


def newest() -> str | None:
    """Give the name of the newest layout."""
    return ScriptDirectory(str(FOLDER)).get_current_head()


def _layout(connection: Connection) -> str | None:
    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def _engine(url: str) -> Engine:
    parsed = make_url(driver_url(url))
    if parsed.get_backend_name() != "sqlite":
        return create_engine(parsed, connect_args={"connect_timeout": 5})
    folder = Path(parsed.database or "").parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseUnavailable(unavailable_sentence(url, error)) from error
    return create_engine(parsed.set(drivername="sqlite"))
