"""People on the command line: invited, changed, sent away, and every deed to be read."""

import json
import subprocess
from pathlib import Path

import pytest
from typer.testing import CliRunner

from firstline.cli import app
from tests.commands.test_commands import one_sentence, variables

ANN = "ann@example.org"


def run(*arguments: str, typed: str = "", **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command in this process: one of its own takes seconds to start."""
    done = CliRunner().invoke(app, arguments, input=typed, env=variables(settings))
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return subprocess.CompletedProcess(arguments, done.exit_code, done.stdout, done.stderr)


@pytest.fixture
def data(tmp_path: Path) -> str:
    """Give a data folder in which Ann is an agent."""
    run("agents", "add", ANN, "--name", "Ann", "--password-stdin", typed="long enough 1\n", data=str(tmp_path))
    return str(tmp_path)


def test_people_are_added(tmp_path: Path):
    """A password can be given or is made and shown once; an address is taken once; a short password is refused."""
    add = ("agents", "add", "ann@example.org", "--name", "Ann")
    assert (
        "Password, shown this once"
        not in run(*add, "--password-stdin", typed="long enough 1\n", data=str(tmp_path)).stdout
    )
    assert "already" in one_sentence(run(*add, data=str(tmp_path)))
    assert (
        "Password, shown this once"
        in run("agents", "add", "ben@example.org", "--name", "Ben", data=str(tmp_path)).stdout
    )
    short = run(
        "agents", "add", "cem@example.org", "--name", "Cem", "--password-stdin", typed="short\n", data=str(tmp_path)
    )
    assert "10 characters" in one_sentence(short)
    assert run("agents", "list", data=str(tmp_path)).stdout.count("@example.org") == 2


def test_what_people_take_is_set(tmp_path: Path):
    """Capacity, languages and groups are set one by one, and what cannot be is said in one sentence."""
    run("agents", "add", "ann@example.org", "--name", "Ann", data=str(tmp_path))
    change = ("agents", "set", "ann@example.org")
    assert "4 chats\tall languages\tno groups" in run("agents", "list", data=str(tmp_path)).stdout
    said = run(*change, "--capacity", "2", "--languages", "de", "--groups", "network, second_level", data=str(tmp_path))
    assert "2 chats\tde\tnetwork, second_level" in said.stdout
    assert "2 chats\tall languages\tnetwork" in run(*change, "--languages", "", data=str(tmp_path)).stdout
    assert "no language 'tlh'" in one_sentence(run(*change, "--languages", "tlh", data=str(tmp_path)))
    assert "between 0 and 50" in one_sentence(run(*change, "--capacity", "51", data=str(tmp_path)))
    assert "no agent" in one_sentence(run("agents", "set", "no@example.org", "--capacity", "1", data=str(tmp_path)))


def test_a_link_is_printed_for_somebody(data: str):
    """A link to pass on, with the server's address; without one the operator is told how to set it."""
    said = run("agents", "invite", "ben@example.org", "--role", "editor", "--role", "agent", data=data).stdout
    assert "can join as agent, editor, once, until" in said
    assert "http://127.0.0.1:8000/console/invitation#" in said
    assert "FIRSTLINE_PUBLIC_URL" in said
    said = run("agents", "invite", ANN, data=data, public_url="https://help.example.org/").stdout
    assert "set a new password" in said
    assert "\nhttps://help.example.org/console/invitation#" in said
    assert "FIRSTLINE_PUBLIC_URL" not in said
    assert "no role 'king'" in one_sentence(run("agents", "invite", "c@example.org", "--role", "king", data=data))
    assert "e-mail" in one_sentence(run("agents", "invite", "nobody", data=data))


def test_people_are_changed_and_sent_away(data: str):
    """Roles and name are set; the last operator stays; who is deactivated is marked so."""
    assert "Anna\toperator" in run("agents", "set", ANN, "--name", "Anna", "--role", "operator", data=data).stdout
    assert "last operator" in one_sentence(run("agents", "set", ANN, "--role", "agent", data=data))
    assert "last operator" in one_sentence(run("agents", "deactivate", ANN, data=data))
    run("agents", "add", "ben@example.org", "--name", "Ben", "--role", "operator", data=data)
    assert "0 sign-ins ended" in run("agents", "sign-out", ANN, data=data).stdout
    assert "Anna is deactivated" in run("agents", "deactivate", ANN, data=data).stdout
    assert "\tdeactivated" in run("agents", "list", data=data).stdout
    assert "deactivated" in one_sentence(run("agents", "invite", ANN, data=data))
    assert "Anna can sign in again" in run("agents", "reactivate", ANN, data=data).stdout
    assert "deactivated" not in run("agents", "list", data=data).stdout
    assert "agents list" in one_sentence(run("agents", "deactivate", "no@example.org", data=data))


def test_who_did_what_is_read(data: str):
    """What was done on the command line is in the trail, by person, by action and by time, for people and programs."""
    run("agents", "set", ANN, "--role", "supervisor", data=data)
    secret = run("agents", "invite", "ben@example.org", data=data).stdout.split("#")[1].split()[0]
    shown = run("agents", "audit", data=data).stdout
    assert [line.split("\t")[2] for line in shown.splitlines()] == ["invite", "roles", "add"]
    assert secret not in shown
    deeds = [
        json.loads(line) for line in run("agents", "audit", "--json", "--agent", ANN, data=data).stdout.splitlines()
    ]
    assert [(deed["action"], deed["subject"], deed["by_agent"]) for deed in deeds] == [
        ("roles", "Ann", False),
        ("add", "Ann", False),
    ]
    assert deeds[0]["details"] == {"before": ["agent"], "roles": ["supervisor"]}
    assert run("agents", "audit", "--action", "roles", "--limit", "1", data=data).stdout.count("\n") == 1
    assert run("agents", "audit", "--until", "2020-01-01", data=data).stdout == ""
    assert "use one of" in one_sentence(run("agents", "audit", "--action", "dance", data=data))
    assert "no@example.org" in one_sentence(run("agents", "audit", "--agent", "no@example.org", data=data))


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"allowed_origins": '["intranet"]'}, "FIRSTLINE_ALLOWED_ORIGINS"),
        ({"oidc_issuer": "http://sso.example.org"}, "FIRSTLINE_OIDC_ISSUER"),
        ({"oidc_issuer": "https://sso.example.org"}, "FIRSTLINE_OIDC_CLIENT_ID"),
        ({"oidc_roles": '{"it": "king"}'}, "FIRSTLINE_OIDC_ROLES"),
    ],
)
def test_a_wrong_setting_is_named(data: str, settings: dict[str, str], named: str):
    """A site that is none, an issuer without TLS or half a provider, and a role nobody knows end the start."""
    assert named in one_sentence(run("agents", "list", data=data, **settings))
