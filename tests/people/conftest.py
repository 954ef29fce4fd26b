"""What the tests about people stand on: an operator at work, and people who come with a link."""

import httpx
import pytest

from tests.conftest import Server, SignedInAgent

CHOSEN = "ten letters"


@pytest.fixture
async def olga(server: Server) -> SignedInAgent:
    """Give an operator who is signed in."""
    return await server.agent("Olga", "operator")


def bearer(link: str) -> dict[str, str]:
    """Give what the page of a link sends along."""
    return {"Authorization": f"Bearer {link.partition('#')[2]}"}


async def invited(olga: SignedInAgent, email: str = "ben@example.org", **more: object) -> str:
    """Let an operator invite somebody; gives the link."""
    response = await olga.post("invitations", {"email": email, **more})
    assert response.status_code == 201, response.text
    link: str = response.json()["link"]
    return link


async def join(server: Server, link: str, name: str = "Ben", secret: str = CHOSEN) -> httpx.Response:
    """Send the name and the password that somebody wrote on the page of a link."""
    body = {"name": name, "password": secret}
    return await server.client.post("/api/v1/agent/invitation", json=body, headers=bearer(link))


async def sign_in(server: Server, email: str, password: str) -> httpx.Response:
    """Sign in in a browser of one's own."""
    async with httpx.AsyncClient(base_url=server.client.base_url, timeout=30) as browser:
        return await browser.post("/api/v1/agent/session", json={"email": email, "password": password})
