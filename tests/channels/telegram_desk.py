"""A desk that has a Telegram bot, and what the tests ask of it."""

from pathlib import Path
from types import SimpleNamespace

from pydantic import SecretStr

from firstline.settings import Settings
from tests.channels.telegram_peer import TOKEN, Peer
from tests.conftest import Server, SignedInAgent


def settings_of(peer: Peer, folder: Path, token: str = TOKEN) -> Settings:
    """Give settings with the token of a Telegram bot."""
    return Settings(
        data=folder,
        telegram_token=SecretStr(token),
        telegram_url=peer.url,
        public_url="https://help.example.org",
        _env_file=None,  # type: ignore[call-arg]
    )


async def chat_of(server: Server, address: int = 7) -> SimpleNamespace:
    """Give a chat's conversation."""
    return SimpleNamespace(id=await server.firstline.visitors.of_address("telegram", str(address), "en"))


async def said(server: Server, address: int = 7) -> list[tuple[str, str]]:
    """Give what the record holds of a chat."""
    reading = await server.firstline.visitors.read((await chat_of(server, address)).id, 0)
    return [(message["author"], message["text"]) for message in reading.messages]


async def with_agent(server: Server, peer: Peer) -> tuple[SignedInAgent, SimpleNamespace]:
    """Bring a visitor together with Ann."""
    agent = await server.agent()
    peer.say("I want a human")
    await peer.shows("I get you a person.")
    chat = await chat_of(server)
    assert (await agent.claim(chat)).status_code == 200
    await peer.shows("Ann has joined")
    return agent, chat
