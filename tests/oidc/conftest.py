"""What these tests stand on: a provider in a process of its own; where it cannot run they fail."""

import json
import re
import subprocess
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from pydantic import SecretStr

from firstline.app import Firstline
from handoff.agents import add_hashed
from handoff.passwords import NONE
from tests.conftest import Server, embedded, serving

HOUSE = Path(__file__).parents[2]
ACCOUNTS = {
    "ann": {"email": "Ann@Example.org", "email_verified": True, "name": "Ann", "groups": ["it-leads", "chess"]},
    "ben": {"email": "ben@example.org", "email_verified": False, "groups": ["it-leads"]},
    "cem": {"email": "cem@example.org", "email_verified": True, "groups": ["chess"]},
    "dia": {"email": "stranger@example.org", "email_verified": True, "groups": ["it-leads"]},
    "eve": {"email": "eve@example.org", "groups": ["it-leads"]},
}


@contextmanager
def running(*, claims_in_token: bool = False) -> Iterator[str]:
    """Give the issuer of a provider that runs while the block does."""
    given = json.dumps({"accounts": ACCOUNTS, "claimsInToken": claims_in_token})
    command = [HOUSE / "tools" / "node", HOUSE / "tests" / "oidc" / "provider.mjs", HOUSE / ".cache" / "node", given]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout
        issuer = process.stdout.readline().strip()
        assert issuer, "the provider did not start"
        try:
            yield issuer
        finally:
            process.terminate()


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """Give the issuer of a provider for a module's tests."""
    with running() as found:
        yield found


@pytest.fixture
def database_url(tmp_path: Path) -> str:
    """Give an embedded database: what these tests look at asks nothing of its kind."""
    return embedded(tmp_path)


@pytest.fixture
async def desk(firstline: Firstline, issuer: str) -> AsyncIterator[Server]:
    """Give a server with agents, where people sign in at the provider."""
    firstline.settings.oidc_issuer = issuer
    firstline.settings.oidc_client_id = "firstline"
    firstline.settings.oidc_client_secret = SecretStr("a secret of two")
    firstline.settings.oidc_scopes = "openid email profile groups"
    firstline.settings.oidc_name = "Example SSO"
    async with firstline.database.write() as transaction:
        for name in ("Ann", "Ben", "Cem", "Eve"):
            who = (f"{name.lower()}@example.org", name, NONE)
            await add_hashed(transaction, who, firstline.clock(), roles=["agent"])
    async with serving(firstline) as server:
        yield server


@dataclass
class Browser:
    """A browser that follows the way to the provider and back."""

    client: httpx.AsyncClient

    async def to_provider(self) -> httpx.Response:
        """Press the button on the sign-in page; gives the provider's page."""
        return await self.follow(await self.client.get("/api/v1/agent/oidc"))

    async def sign_in_there(self, account: str) -> str:
        """Sign in at the provider and agree; gives the address it leads back to."""
        page = await self.to_provider()
        for form in ({"prompt": "login", "login": account, "password": "any"}, {"prompt": "consent"}):
            where = re.search(r'action="([^"]+)"', page.text)
            assert where, page.text
            page = await self.follow(await self.client.post(where[1], data=form))
        return page.headers["location"]

    async def follow(self, response: httpx.Response) -> httpx.Response:
        """Go where a response leads, up to the door of our own server."""
        while response.is_redirect and "/oidc/callback" not in response.headers["location"]:
            response = await self.client.get(httpx.URL(response.url).join(response.headers["location"]))
        return response

    async def sign_in(self, account: str) -> str:
        """Sign in at the provider and come back; gives where our server leads then."""
        back = await self.client.get(await self.sign_in_there(account))
        assert back.status_code == 303, back.text
        return back.headers["location"]


@pytest.fixture
async def browser(desk: Server) -> AsyncIterator[Browser]:
    """Give a browser that has been nowhere."""
    async with httpx.AsyncClient(base_url=desk.client.base_url, timeout=30) as client:
        yield Browser(client)
