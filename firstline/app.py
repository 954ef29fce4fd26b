"""Builds the web application: the one place where everything is put together."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import Protocol

from fastapi import FastAPI

from channels.telegram import Telegram
from channels.web.api import visitor_routes
from channels.web.pages import web_pages
from console.aid_routes import aid_routes
from console.aids import Aids
from console.api import agent_routes
from console.doors import Doors
from console.logins import Logins
from console.looking import Looking
from console.openid import OpenId, Provider
from console.openid_api import Gate, openid_routes, ways_routes
from console.pages import console_pages
from console.people import People
from console.people_api import routes_about_people
from console.work import Work
from conversations.database import Database
from conversations.signals import Signals
from firstline import problems
from firstline.answering import Answering, Bot
from firstline.bodies import BodyLimit
from firstline.draining import Drain, Draining
from firstline.figures import DATABASE_ERRORS
from firstline.headers import Headers
from firstline.health import health_routes
from firstline.limits import Pace
from firstline.observing import Observed
from firstline.origins import Origins
from firstline.outgoing import Outgoing
from firstline.rounds import Rounds
from firstline.settings import Settings
from firstline.ticket_page import ticket_routes
from firstline.turns import Parts, Turns
from firstline.visitors import Visitors
from handoff.calls import Calls, Rules
from handoff.desk_clock import DeskClock
from handoff.floor import Floor
from knowledge_base.organisation import Organisation

_LAST_TURNS = 4.0  # seconds for turns and messages under way when the server is asked to end


class RunningBot(Bot, Protocol):
    """A bot with a life of its own beside the web application."""

    async def run(self) -> None:
        """Live until cancelled."""
        ...

    async def close(self) -> None:
        """End every process."""
        ...


class Firstline:
    """Everything that lives while the server runs."""

    def __init__(
        self,
        settings: Settings,
        organisation: Organisation,
        bot: RunningBot,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self.settings, self.bot, self.clock = settings, bot, clock
        self.draining = Draining()
        self.database = Database(settings.database)
        self.database.failed = DATABASE_ERRORS.inc
        self.signals = Signals(self.database)
        self.floor = Floor(organisation, settings.secret_key())
        calls = Calls(self.floor, Rules(timedelta(seconds=settings.accept_seconds), settings.misses))
        self.desk_clock = DeskClock(self.database, self.floor, calls, clock)
        wake = self.desk_clock.wake
        self.answering = Answering(self.database, bot, self.floor, self.signals, clock, wake)
        pace = Pace(settings.message_burst, settings.messages_per_second)
        parts = Parts(self.database, self.signals, self.floor, pace, clock, wake)
        self.turns = Turns(parts, self.answering)
        self.visitors = Visitors(parts, self.turns, settings.public_url)
        self.work = Work(self.database, self.floor, calls, self.signals, clock, wake)
        self.logins = Logins(self.database, clock, wake)
        self.aids = Aids(self.database, bot, clock)
        self.looking = Looking(self.database, self.signals)
        self.people = People(self.database, self.logins, clock, wake, timedelta(days=settings.invitation_days))
        self.outgoing = Outgoing(self.database, self.signals, self.visitors, clock)
        self.rounds = Rounds(self.database, self.desk_clock, self.answering, clock)
        self.telegram = Telegram(
            settings.telegram_token.get_secret_value(),
            self.visitors,
            self.outgoing,
            problems.words,
            settings.telegram_url,
        )

    @asynccontextmanager
    async def living(self) -> AsyncIterator[None]:
        """Run timers, bot and channels; at the end let running turns finish."""
        await self.rounds.start()
        living = (self.signals.run(), self.bot.run(), self.rounds.run(), self.desk_clock.run(), self.telegram.run())
        tasks = [asyncio.create_task(each) for each in living]
        try:
            yield
        finally:
            await asyncio.gather(self.answering.close(_LAST_TURNS), _within(_LAST_TURNS, self.telegram.close()))
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self.bot.close()
            await self.database.close()


async def _within(seconds: float, ending: Awaitable[None]) -> None:
    with suppress(TimeoutError):
        await asyncio.wait_for(ending, seconds)


def create_app(firstline: Firstline) -> FastAPI:
    """Give the web application over what is running."""

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with firstline.living():
            yield

    app = FastAPI(title="Firstline", version="1", lifespan=lifespan, docs_url=None, redoc_url=None)
    problems.install(app)
    settings, doors = firstline.settings, Doors(firstline.logins, secure=firstline.settings.secure_cookies)
    gate = _gate(firstline)
    for routes in (
        *visitor_routes(firstline.visitors),
        ticket_routes(firstline),  # before the agents' tickets: "by-secret" is no number
        *agent_routes(firstline.logins, firstline.work, doors),
        aid_routes(doors, firstline.aids, firstline.looking),
        ways_routes(gate),
        *([openid_routes(firstline.people, doors, gate)] if gate else []),
        *routes_about_people(firstline.logins, firstline.people, doors, settings.public_url),
        health_routes(firstline),
        web_pages(),
        console_pages(),
    ):
        app.include_router(routes)
    app.add_middleware(BodyLimit)
    app.add_middleware(Drain, draining=firstline.draining)
    app.add_middleware(
        Origins, sites=settings.allowed_origins, public_url=settings.public_url, secure=settings.secure_cookies
    )
    app.add_middleware(Headers, sites=settings.allowed_origins)
    app.add_middleware(Observed)
    return app


def _gate(firstline: Firstline) -> Gate | None:
    """Give the way to the provider of OpenID Connect, if the operator names one."""
    given = firstline.settings
    if not given.oidc_issuer:
        return None
    provider = Provider(
        given.oidc_issuer,
        given.oidc_client_id,
        given.oidc_client_secret,
        given.oidc_scopes,
        given.oidc_name,
        given.oidc_roles_claim,
        given.oidc_roles,
    )
    return Gate(OpenId(provider), given.secret_key(), firstline.clock, given.public_url)
