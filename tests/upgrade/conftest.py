"""What upgrades and backups stand on: databases without any layout."""

from pathlib import Path

import psycopg
import pytest


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Give an empty database of each kind, without any layout."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'firstline.db'}"
    url: str = request.getfixturevalue("postgres")
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    return url
