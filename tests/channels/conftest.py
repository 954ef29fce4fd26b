"""The other ends of the channels."""

from collections.abc import AsyncIterator

import pytest

from tests.channels.telegram_peer import Peer, telegram_peer


@pytest.fixture
async def peer() -> AsyncIterator[Peer]:
    """Give a stand-in for Telegram's servers."""
    async with telegram_peer(Peer()) as running:
        yield running
