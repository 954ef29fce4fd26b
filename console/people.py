"""What operators do about people, and everybody about themselves: invitations, roles, sign-ins, the audit trail."""

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any

from console.errors import NoSuchLogin
from console.logins import Login, Logins
from console.openid import NotProven, Proven
from conversations.database import Database, Transaction
from conversations.messages import iso
from handoff import abilities, agents, audit, invitations, logins, staff
from handoff.invitations import Guest
from handoff.logins import Whence
from handoff.rows import Agent, Invitation
from handoff.rows import Login as LoginRow

Card = dict[str, Any]


class People:
    """Everybody at the desk; each change is one transaction that notes who made it.

    `wake` is told whenever somebody goes, so that their chats are taken care of.
    """

    def __init__(
        self,
        database: Database,
        signing_in: Logins,
        clock: Callable[[], datetime],
        wake: Callable[[], None],
        lasts: timedelta = invitations.LASTS,
    ) -> None:
        self._database, self._logins, self._clock = database, signing_in, clock
        self._wake, self._lasts = wake, lasts

    @asynccontextmanager
    async def _changing(self) -> AsyncIterator[tuple[Transaction, datetime]]:
        async with self._database.write() as transaction:
            yield transaction, self._clock()
        self._wake()

    async def everybody(self) -> list[Card]:
        """Give who works here or did."""
        async with self._database.read() as transaction:
            return [self._card(agent) for agent in await agents.everybody(transaction)]

    def _card(self, agent: Agent) -> Card:
        moments = {"created_at": iso(agent.created_at), "seen_at": iso(agent.seen_at)}
        return {
            "id": agent.id,
            "name": agent.name,
            "email": agent.email,
            "roles": agent.roles,
            **abilities.takes(agent),
            "presence": agents.presence_of(agent, self._clock()),
            **moments,
            "deactivated_at": iso(agent.deactivated_at),
        }

    async def person(self, agent_id: int, current: str = "") -> Card:
        """Give somebody and their logins; the one of the cookie `current` is marked. Raises NoSuchAgent."""
        async with self._database.read() as transaction:
            agent = await staff.seen(transaction, agent_id)
            found = await logins.logins_of(transaction, agent_id, self._clock())
        return {**self._card(agent), "logins": [_login(login, current) for login in found]}

    async def change(self, by: Agent, agent_id: int, changes: Mapping[str, Any]) -> Card:
        """Set somebody's name, roles, or what they take; raises AgentProblem."""
        async with self._changing() as (transaction, now):
            agent = await staff.change(transaction, by, agent_id, changes, now)
        return self._card(agent)

    async def deactivate(self, by: Agent, agent_id: int) -> Card:
        """End somebody's work here; raises NoSuchAgent and LastOperator."""
        async with self._changing() as (transaction, now):
            agent = await staff.deactivate(transaction, by, agent_id, now)
        return self._card(agent)

    async def reactivate(self, by: Agent, agent_id: int) -> Card:
        """Let somebody work here again; raises NoSuchAgent."""
        async with self._changing() as (transaction, now):
            agent = await staff.reactivate(transaction, by, agent_id, now)
        return self._card(agent)

    async def end_logins(self, by: Agent, agent_id: int, *, only: str | None = None, but: str | None = None) -> int:
        """End somebody's logins, or the one of a name, or all but the one of a cookie; gives how many.

        Raises NoSuchLogin if there is none of that name.
        """
        async with self._changing() as (transaction, now):
            ended = await logins.end(transaction, by, agent_id, now, only=only, but=but)
        if only and not ended:
            raise NoSuchLogin
        return ended

    async def invite(self, by: Agent, guest: Guest) -> tuple[Card, str]:
        """Make an invitation; gives it and the path of its link, which is not to be had again. Raises AgentProblem."""
        async with self._changing() as (transaction, now):
            made = await invitations.invite(transaction, by, guest, now, self._lasts)
            await transaction.flush()
        return _invitation(made.invitation), f"{invitations.PAGE}{made.token}"

    async def invitations(self) -> list[Card]:
        """Give the invitations that still work."""
        async with self._database.read() as transaction:
            return [_invitation(each) for each in await invitations.open_invitations(transaction, self._clock())]

    async def withdraw(self, by: Agent, invitation_id: int) -> None:
        """Make an invitation work no more; raises UnknownInvitation."""
        async with self._changing() as (transaction, now):
            await invitations.withdraw(transaction, by, invitation_id, now)

    async def invitation(self, token: str) -> Card:
        """Give what a link is for, to who holds it; raises UnknownInvitation."""
        async with self._database.read() as transaction:
            found = await invitations.invitation_of(transaction, token, self._clock())
        return {name: value for name, value in _invitation(found).items() if name != "id"}

    async def accept(self, token: str, name: str, password: str, whence: Whence) -> Login:
        """Let somebody join, or set their new password, and sign them in; raises UnknownInvitation, AgentProblem."""
        guest = await self.invitation(token)
        hashed = await self._logins.hashed(password, guest["email"], guest["name"], name)
        async with self._database.write() as transaction:
            now = self._clock()
            agent = await invitations.accept(transaction, token, name, hashed, now)
            opened = await logins.sign_in(transaction, agent.id, now, whence)
        return self._logins.opened(opened)

    async def enter(self, proven: Proven, whence: Whence) -> Login:
        """Sign in whom a provider has proven, with the roles it decides on; raises NotProven if nobody here is that."""
        async with self._changing() as (transaction, now):
            agent = await agents.agent_by_email(transaction, proven.email)
            if agent is None or agent.deactivated_at is not None:
                raise NotProven("unknown")
            if proven.roles is not None:
                agent = await staff.agent_by_id(transaction, agent.id)
                await staff.set_roles(transaction, None, agent, proven.roles, now, keep_one=False)
            opened = await logins.sign_in(transaction, agent.id, now, whence)
        return self._logins.opened(opened)

    async def names(self) -> list[Card]:
        """Give the numbers and names of who works here or did, for whoever searches the trail."""
        return [{"id": card["id"], "name": card["name"]} for card in await self.everybody()]

    async def deeds(self, wanted: audit.Wanted, limit: int) -> list[Mapping[str, Any]]:
        """Give what was done, newest first."""
        async with self._database.read() as transaction:
            return [audit.as_json(deed) for deed in await audit.deeds(transaction, wanted, limit)]


def _login(login: LoginRow, current: str) -> Card:
    return {
        "id": logins.name_of(login),
        "how": login.how,
        "browser": login.browser,
        "address": login.address,
        "created_at": iso(login.created_at),
        "seen_at": iso(login.seen_at),
        "current": logins.is_of(login, current),
    }


def _invitation(invitation: Invitation) -> Card:
    return {
        "id": invitation.id,
        "email": invitation.email,
        "name": invitation.name,
        "roles": invitation.roles,
        "new": invitation.agent_id is None,
        "invited_by": invitation.invited_by,
        "expires_at": iso(invitation.expires_at),
    }
