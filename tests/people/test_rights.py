"""Which role may do what, and that every route of the console's interface keeps to it."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute

from console.doors import Doors
from firstline.app import Firstline, create_app
from handoff.rights import ROLES, Right, may, rights
from tests.conftest import Server
from tests.http.test_visitors import problem

MAY = {
    "agent": {"read", "answer"},
    "editor": {"read"},
    "supervisor": {"read", "answer", "lead", "audit"},
    "operator": {"read", "answer", "lead", "audit", "people"},
}
OWN = {
    ("POST", "/api/v1/agent/session"),
    ("GET", "/api/v1/agent/session"),
    ("DELETE", "/api/v1/agent/session"),
}  # signing in and out is everybody's; what is under `account` too


def test_the_table_is_what_the_handbook_says():
    """Each role has the rights that docs/people.md promises, and several roles have those of all of them."""
    assert {role: {str(right) for right in rights([role])} for role in ROLES} == MAY
    assert rights(["agent", "editor"]) == rights(["agent"])
    assert rights(["editor", "supervisor"]) == rights(["supervisor"])
    assert not may([], Right.READ)
    assert not may(["emperor"], Right.READ)


def routes_of_agents(firstline: Firstline) -> Iterator[tuple[str, str, Right | None]]:
    """Give method, path and right of every route that agents have."""
    for route in create_app(firstline).routes:
        for each in getattr(getattr(route, "original_router", None), "routes", [route]):
            if isinstance(each, APIRoute) and "agents" in each.tags:
                for method in each.methods:
                    yield method, each.path, right_of(each)


def right_of(route: APIRoute) -> Right | None:
    """Give the right that a route's door asks for."""
    found = [getattr(each.call, "right", None) for each in route.dependant.dependencies]
    return next((right for right in found if right), None)


async def test_every_route_asks_for_a_right(firstline: Firstline):
    """No route of the desk is open to whoever is signed in, whatever their role: a new one must say what it takes."""
    routes = list(routes_of_agents(firstline))
    assert len(routes) > 20
    assert {(method, path) for method, path, right in routes if right is None} == OWN


def filled(path: str) -> str:
    """Give an address of a route: a thing nobody has."""
    numbers = {"agent_id": "4711", "invitation_id": "4711", "number": "IT-4711", "email": "no@example.org"}
    names = {"name": "0123456789abcdef"}
    known: dict[str, str] = {**numbers, **names}
    return re.sub(r"{(\w+)}", lambda found: known.get(found[1], "00000000-0000-4000-8000-000000000000"), path)


@pytest.mark.parametrize("role", ROLES)
async def test_without_the_right_a_route_is_closed(server: Server, role: str):
    """Whoever lacks the right reads 403 and a sentence in their language, in every route; who has it gets further."""
    somebody = await server.agent("Ann", role)
    somebody.client.headers["Accept-Language"] = "de"
    for method, path, right in routes_of_agents(server.firstline):
        if right is None or path.endswith("/stream"):
            continue
        response = await somebody.client.request(method, filled(path), json={})
        if right in MAY[role]:
            assert response.status_code != 403, f"{role} {method} {path}"
        else:
            assert problem(response, 403) == "Dazu haben Sie nicht das Recht.", f"{role} {method} {path}"


async def test_a_stale_page_changes_nothing(server: Server):
    """Every write with an old CSRF token is refused with a sentence that says what to do, whatever the role."""
    operator = await server.agent("Olga", "operator")
    operator.client.headers.update({"X-CSRF-Token": "of yesterday", "Accept-Language": "de"})
    writes = [(method, path) for method, path, _ in routes_of_agents(server.firstline) if method != "GET"]
    account = [("PUT", "/account/password"), ("DELETE", "/account/logins"), ("DELETE", "/account/logins/x")]
    writes += [(method, f"/api/v1/agent{path}") for method, path in account]
    for method, path in writes:
        if (method, path) == ("POST", "/api/v1/agent/session"):
            continue
        body: Any = {"current": "x", "new": "y"}
        response = await operator.client.request(method, filled(path), json=body)
        assert "laden Sie sie neu" in problem(response, 403), f"{method} {path}"
    assert (await operator.get("session")).status_code == 200


async def test_an_editor_is_called_for_nobody(server: Server):
    """Who may not answer is not online, so that no visitor waits for them."""
    editor = await server.agent("Eda", "editor")
    assert (await editor.get("presence")).json() == {"presence": "offline"}
    problem(await editor.client.put("/api/v1/agent/presence", json={"presence": "online"}), 403)


def test_doors_are_what_is_looked_at(firstline: Firstline):
    """The door a route gets carries its right, or the tests above would look at nothing."""
    door: Any = Doors(firstline.logins, secure=False).writer(Right.LEAD)
    assert door.right == Right.LEAD
