"""What many consoles ask for at the same time is read once or twice, and never older than the asking."""

import asyncio

from console.sharing import Shared


class Record:
    """A record that is slow to read and counts its readings."""

    def __init__(self) -> None:
        self.written = 0
        self.readings = 0
        self.away = False

    async def read(self) -> int:
        """Give what was written when the reading began."""
        found = self.written
        self.readings += 1
        await asyncio.sleep(0.01)
        if self.away:
            raise ConnectionError
        return found


async def test_who_asks_at_the_same_time_shares_a_reading() -> None:
    """Twenty consoles cost the desk no more than two."""
    record = Record()
    shared = Shared(record.read)
    first = asyncio.create_task(shared())
    await asyncio.sleep(0.005)
    await asyncio.gather(first, *(shared() for _ in range(20)))
    assert record.readings == 2


async def test_nobody_gets_a_reading_that_began_before_they_asked() -> None:
    """An agent who claims a chat sees it among their own at once."""
    record = Record()
    shared = Shared(record.read)
    earlier = asyncio.create_task(shared())
    await asyncio.sleep(0.005)
    record.written = 1
    assert await shared() == 1
    assert await earlier == 0


async def test_who_leaves_spoils_nothing_for_the_others() -> None:
    """A console that is closed while it waits takes nobody's reading away."""
    record = Record()
    shared = Shared(record.read)
    leaving, staying = asyncio.create_task(shared()), asyncio.create_task(shared())
    await asyncio.sleep(0)
    leaving.cancel()
    assert await staying == 0


async def test_an_error_reaches_everybody_and_the_next_reading_is_a_new_one() -> None:
    """A database that was away is asked again."""
    record = Record()
    record.away = True
    shared = Shared(record.read)
    outcomes = await asyncio.gather(shared(), shared(), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [ConnectionError, ConnectionError]
    record.away = False
    assert await shared() == 0
