"""Counts how often signing in was tried, for an account and for it from one place; never for a place alone.

Whoever guesses is slowed down, a company that shares one address is not, and an account nobody has is counted as any.
"""

import hashlib
import ipaddress
import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, case, delete, or_, select, update
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.ext.asyncio import AsyncSession

from handoff.rows import Attempts

WITHIN = timedelta(minutes=5)
FROM_ONE_PLACE = 8  # wrong passwords for an account from one place, within that time
FROM_ANYWHERE = 40  # and from everywhere; who signed in from their place before is not held up by it
REMEMBERED = timedelta(days=30)  # how long a place from which somebody signed in is theirs
_KNOWN = "known"
_KEY = 64


@dataclass(frozen=True)
class Try:
    """Somebody who signs in: to which account, from which place."""

    account: str
    address: str = ""

    @property
    def keys(self) -> tuple[str, str, str]:
        """Give the keys of the account, of account and place, and of the place being known to be theirs."""
        account, place = self.account.strip().lower(), _place(self.address)
        return _key("account", account), _key("place", account, place), _key(_KNOWN, account, place)


async def count(transaction: AsyncSession, tried: Try, now: datetime) -> int:
    """Count one try before its password is looked at; gives the seconds to wait, 0 if it may go on.

    A try that has to wait is not counted: the wait ends.
    """
    account, place, known = tried.keys
    rows = {row.key: row for row in await _rows(transaction, tried.keys)}
    limits = {place: FROM_ONE_PLACE}
    if known not in rows or now - rows[known].since > REMEMBERED:
        limits[account] = FROM_ANYWHERE
    waits = [
        rows[key].since + WITHIN - now
        for key, most in limits.items()
        if key in rows and rows[key].count >= most and now - rows[key].since < WITHIN
    ]
    if waits:
        return max(1, int(max(waits).total_seconds()))
    await _forget(transaction, now)
    counts = {key: await _add(transaction, key, now, since=now - WITHIN) for key in (account, place)}
    overdone = any(counts[key] > limits.get(key, math.inf) for key in counts)
    return int(WITHIN.total_seconds()) if overdone else 0


async def succeeded(transaction: AsyncSession, tried: Try, now: datetime) -> None:
    """Forget the failures of somebody who got in, and remember the place as theirs."""
    account, place, known = tried.keys
    await transaction.execute(delete(Attempts).where(Attempts.key == place))
    await transaction.execute(
        update(Attempts).where(Attempts.key == account, Attempts.count > 0).values(count=Attempts.count - 1)
    )
    await _add(transaction, known, now, since=now)


async def _forget(transaction: AsyncSession, now: datetime) -> None:
    known = Attempts.key.startswith(_KNOWN)
    over = or_(Attempts.since < now - REMEMBERED, and_(~known, Attempts.since < now - WITHIN))
    await transaction.execute(delete(Attempts).where(over))


async def _rows(transaction: AsyncSession, keys: Sequence[str]) -> Sequence[Attempts]:
    query = select(Attempts).where(Attempts.key.in_(keys))
    return (await transaction.scalars(query, execution_options={"populate_existing": True})).all()


async def _add(transaction: AsyncSession, key: str, now: datetime, *, since: datetime) -> int:
    """Count one under a key, from 1 if it was begun before a moment; gives how many.

    It is one statement, so that tries at the same moment are all counted.
    """
    insert = postgres_insert if transaction.get_bind().dialect.name == "postgresql" else sqlite_insert
    over = Attempts.since <= since
    counted = (
        insert(Attempts)
        .values(key=key, count=1, since=now)
        .on_conflict_do_update(
            index_elements=[Attempts.key],
            set_={"count": case((over, 1), else_=Attempts.count + 1), "since": case((over, now), else_=Attempts.since)},
        )
    )
    return int((await transaction.execute(counted.returning(Attempts.count))).scalar_one())


def _key(kind: str, *parts: str) -> str:
    digest = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return f"{kind}:{digest}"[:_KEY]


def _place(address: str) -> str:
    """Give where an address belongs: itself, or its network of 64 bits where each device has many."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return address
    if found.version == 4:  # noqa: PLR2004  the Internet Protocol's
        return str(found)
    return str(ipaddress.ip_network((found, 64), strict=False))
