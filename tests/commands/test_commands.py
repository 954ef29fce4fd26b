"""The command line: does what it says, and fails with one sentence that helps."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from knowledge_base.loading import ARTICLES


def variables(settings: Mapping[str, str]) -> dict[str, str]:
    """Give settings as the environment holds them."""
    return {f"FIRSTLINE_{name.upper()}": value for name, value in settings.items()}


def run(
    *arguments: str, typed: str = "", folder: Path = ARTICLES.parents[1], **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run the command as a person does, in the project's folder."""
    environment = {**os.environ, **variables(settings)}
    command = [sys.executable, "-m", "firstline", *arguments]
    return subprocess.run(
        command, input=typed, capture_output=True, text=True, env=environment, timeout=120, check=False, cwd=folder
    )


def one_sentence(done: subprocess.CompletedProcess[str]) -> str:
    """Give the sentence a failed command ends with."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1, done.stderr
    return lines[0]


def test_help_names_every_command():
    """`firstline --help` says what there is and what it is for."""
    shown = run("--help").stdout
    for command in ("serve", "train", "ask", "kb", "agents", "migrate", "backup", "restore", "check"):
        assert command in shown


def test_a_port_in_use_is_said(tmp_path: Path):
    """A second server on one port ends at once and says why."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        sentence = one_sentence(run("serve", "--port", port, data=str(tmp_path)))
    assert port in sentence
    assert "in use" in sentence


def test_a_database_that_cannot_be_written_is_said(tmp_path: Path):
    """A data folder that is no folder ends the start with its name."""
    (tmp_path / "file").write_text("")
    sentence = one_sentence(run("serve", "--port", "0", data=str(tmp_path / "file")))
    assert "file" in sentence


def test_a_database_that_is_none_is_said(tmp_path: Path):
    """A file that is no database is left alone."""
    (tmp_path / "firstline.db").write_text("this is a letter, not a database, and it is long enough to be looked at")
    assert "not a database" in one_sentence(run("migrate", data=str(tmp_path)))


def test_an_unreachable_postgresql_is_said_without_its_password(tmp_path: Path):
    """A server that does not answer ends the start; no password is shown."""
    url = "postgresql://ann:secret@127.0.0.1:1/firstline"
    sentence = one_sentence(run("serve", "--port", "0", data=str(tmp_path), database_url=url))
    assert "127.0.0.1" in sentence
    assert "secret" not in sentence


def test_a_wrong_setting_is_named(tmp_path: Path):
    """A setting that makes no sense is named as the operator wrote it."""
    assert "FIRSTLINE_WORKERS" in one_sentence(run("migrate", data=str(tmp_path), workers="many"))


def test_migrating_twice_does_no_harm(tmp_path: Path):
    """The second time there is nothing to do."""
    assert "newest layout" in run("migrate", data=str(tmp_path)).stdout
    assert "up to date" in run("migrate", data=str(tmp_path)).stdout


@pytest.fixture
def broken_articles(tmp_path: Path) -> Path:
    """Give a knowledge base with three mistakes in two files."""
    folder = tmp_path / "articles"
    (folder / "vpn").mkdir(parents=True)
    shutil.copy(ARTICLES.parent / "organisation.yml", tmp_path)
    text = (ARTICLES / "vpn" / "vpn-connect.yml").read_text()
    (folder / "vpn" / "vpn-connect.yml").write_text(
        text.replace("kind: ", "kind: strange_").replace("{vpn_name}", "{vpn_nam}")
    )
    (folder / "vpn" / "other.yml").write_text("id: other\ntopic: [oops\n")
    return folder


def test_every_mistake_of_an_editor_is_named_at_once(broken_articles: Path):
    """`kb check` names all mistakes of all files with line and field."""
    done = run("kb", "check", str(broken_articles))
    assert done.returncode == 1
    assert "articles/vpn/vpn-connect.yml, line 3, kind:" in done.stderr
    assert "articles/vpn/other.yml, line" in done.stderr


def test_the_articles_that_ship_are_whole():
    """The knowledge base has 40 articles or more, on every topic."""
    done = run("kb", "check")
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) >= 40
    assert "33 topics" in done.stdout


def test_broken_articles_are_not_trained(broken_articles: Path, tmp_path: Path):
    """`train` ends with every mistake and leaves no model."""
    project = tmp_path / "project"
    for package in ("bot", "conversations", "firstline", "knowledge_base"):
        ignored = shutil.ignore_patterns("models", "articles", "__pycache__")
        shutil.copytree(ARTICLES.parents[1] / package, project / package, ignore=ignored)
    shutil.copytree(broken_articles, project / "knowledge_base" / "articles")
    done = run("train", folder=project, models=str(tmp_path / "models"))
    assert done.returncode == 1
    assert "vpn-connect.yml, line 3, kind" in done.stderr
    assert not (tmp_path / "models").exists()
