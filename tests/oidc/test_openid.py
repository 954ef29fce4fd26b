"""Agents sign in at their company's provider, and nobody else does."""

import base64
import json
import time

import httpx
import pytest
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet, OctKey, RSAKey
from pydantic import SecretStr

from console.attempt import Attempt, opened, sealed
from console.openid import OpenId, Provider
from console.openid_api import COOKIE
from firstline.app import Firstline
from handoff.agents import agent_by_email
from handoff.staff import deactivate
from tests.conftest import HandClock, Server, serving
from tests.http.test_visitors import problem
from tests.oidc.conftest import Browser, running

CALLBACK = "/api/v1/agent/oidc/callback"


def kept(browser: Browser) -> str:
    """Give the cookie of the attempt."""
    return browser.client.cookies[COOKIE]


async def test_an_agent_signs_in_at_the_provider(desk: Server, browser: Browser):
    """With one press and their usual account an agent is at work; the cookies are out of reach for scripts."""
    assert (await desk.client.get("/api/v1/agent/ways")).json() == {"oidc": {"name": "Example SSO"}}
    begun = await browser.client.get("/api/v1/agent/oidc")
    assert {"HttpOnly", "SameSite=lax", "Path=/api/v1/agent/oidc"} <= set(begun.headers["set-cookie"].split("; "))
    asked = httpx.URL(begun.headers["location"]).params
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert len(asked["state"]) > 40
    assert len(asked["nonce"]) > 40
    back = await browser.client.get(await browser.sign_in_there("ann"))
    assert back.headers["location"] == "/console"
    login = next(cookie for cookie in back.headers.get_list("set-cookie") if cookie.startswith("firstline_agent"))
    assert {"HttpOnly", "SameSite=strict"} <= set(login.split("; "))
    session = (await browser.client.get("/api/v1/agent/session")).json()
    assert (session["name"], session["roles"]) == ("Ann", ["agent"])
    account = (await browser.client.get("/api/v1/agent/account")).json()
    assert account["logins"][0]["how"] == "oidc"
    assert COOKIE not in browser.client.cookies


@pytest.mark.parametrize(("account", "reason"), [("ben", "unverified"), ("eve", "unverified"), ("dia", "unknown")])
async def test_only_a_verified_address_of_an_agent_counts(browser: Browser, account: str, reason: str):
    """An address the provider has not verified, or does not say so of, is nobody's; a stranger becomes no agent."""
    assert await browser.sign_in(account) == f"/console?sign_in={reason}"
    problem(await browser.client.get("/api/v1/agent/session"), 401)


async def test_whoever_left_stays_out(desk: Server, browser: Browser, firstline: Firstline):
    """The provider's word does not bring back who was deactivated."""
    async with firstline.database.write() as transaction:
        ann = await agent_by_email(transaction, "ann@example.org")
        assert ann
        await deactivate(transaction, None, ann.id, firstline.clock())
    assert await browser.sign_in("ann") == "/console?sign_in=unknown"


class TestRoles:
    """A claim decides roles where the operator says so."""

    @pytest.fixture(autouse=True)
    def _claim(self, firstline: Firstline) -> None:
        firstline.settings.oidc_roles_claim = "groups"
        firstline.settings.oidc_roles = {"it-leads": "supervisor"}

    async def test_a_claim_gives_roles(self, browser: Browser):
        """The groups of the company are roles here, at every sign-in anew."""
        assert await browser.sign_in("ann") == "/console"
        assert (await browser.client.get("/api/v1/agent/session")).json()["roles"] == ["supervisor"]

    async def test_without_a_role_nobody_comes_in(self, browser: Browser):
        """Who is in none of the groups is told so, and keeps nothing."""
        assert await browser.sign_in("cem") == "/console?sign_in=no_role"


class TestAttacks:
    """What goes wrong on the way does not end in a login."""

    async def _refused(self, browser: Browser, address: str, reason: str) -> None:
        back = await browser.client.get(address)
        assert back.headers["location"] == f"/console?sign_in={reason}"
        problem(await browser.client.get("/api/v1/agent/session"), 401)

    async def test_an_answer_belongs_to_the_browser_that_asked(self, desk: Server, browser: Browser):
        """A link with somebody else's answer signs nobody in: neither without an attempt nor with another one."""
        address = await browser.sign_in_there("ann")
        async with httpx.AsyncClient(base_url=desk.client.base_url, timeout=30) as client:
            victim = Browser(client)
            await self._refused(victim, address, "stale")
            await victim.to_provider()
            await self._refused(victim, address, "stale")

    async def test_an_answer_counts_once(self, browser: Browser):
        """The same answer a second time is refused, by us and by the provider."""
        address = await browser.sign_in_there("ann")
        attempt = kept(browser)
        assert (await browser.client.get(address)).headers["location"] == "/console"
        browser.client.cookies.clear()
        await self._refused(browser, address, "stale")
        browser.client.cookies.set(COOKIE, attempt, path="/api/v1/agent/oidc")
        await self._refused(browser, address, "failed")

    async def test_an_attempt_ends_after_ten_minutes(self, browser: Browser, clock: HandClock):
        """Whoever comes back late begins again."""
        address = await browser.sign_in_there("ann")
        clock.move(minutes=11)
        await self._refused(browser, address, "stale")

    @pytest.mark.parametrize("changed", ["nonce", "verifier"])
    async def test_nonce_and_verifier_are_looked_at(self, browser: Browser, firstline: Firstline, changed: str):
        """An ID token made for another attempt is refused, and so is a code without its verifier."""
        address = await browser.sign_in_there("ann")
        key, now = firstline.settings.secret_key(), firstline.clock()
        attempt = opened(kept(browser), key, now)
        assert attempt
        other = Attempt(**{**vars(attempt), changed: Attempt().nonce})
        browser.client.cookies.clear()
        browser.client.cookies.set(COOKIE, sealed(other, key, now), path="/api/v1/agent/oidc")
        await self._refused(browser, address, "failed")

    async def test_a_cookie_made_elsewhere_is_none(self, browser: Browser, firstline: Firstline):
        """Only this server's seal makes an attempt."""
        address = await browser.sign_in_there("ann")
        attempt = opened(kept(browser), firstline.settings.secret_key(), firstline.clock())
        assert attempt
        for cookie in (sealed(attempt, b"another key", firstline.clock()), "x", "x.y", kept(browser)[1:]):
            browser.client.cookies.clear()
            browser.client.cookies.set(COOKIE, cookie, path="/api/v1/agent/oidc")
            await self._refused(browser, address, "stale")

    async def test_an_answer_of_another_provider_is_none(self, browser: Browser, issuer: str):
        """The answer names its issuer, and it has to be ours (RFC 9207)."""
        address = httpx.URL(await browser.sign_in_there("ann"))
        assert address.params["iss"] == issuer
        await self._refused(browser, str(address.copy_set_param("iss", "https://other.example")), "failed")

    async def test_who_thinks_better_of_it_is_told_so(self, browser: Browser):
        """Leaving the provider's page leads back to a sentence."""
        await browser.to_provider()
        attempt_state = httpx.URL((await browser.client.get("/api/v1/agent/oidc")).headers["location"]).params["state"]
        await self._refused(browser, f"{CALLBACK}?error=access_denied&state={attempt_state}", "cancelled")


async def test_a_provider_that_is_away_is_said_to_be(desk: Server, browser: Browser, firstline: Firstline):
    """Nobody waits at a dead end: the sign-in page comes back and says so."""
    firstline.settings.oidc_issuer = "http://127.0.0.1:9"
    async with serving(firstline) as server, httpx.AsyncClient(base_url=server.client.base_url) as client:
        back = await client.get("/api/v1/agent/oidc")
    assert (back.status_code, back.headers["location"]) == (303, "/console?sign_in=away")


async def test_without_a_provider_there_is_no_way(server: Server):
    """Where the operator names none the sign-in page offers none."""
    assert (await server.client.get("/api/v1/agent/ways")).json() == {"oidc": None}
    problem(await server.client.get("/api/v1/agent/oidc"), 404)


async def test_a_provider_that_says_all_in_the_token(firstline: Firstline, desk: Server):
    """Where the ID token has the address in it, nothing more is asked."""
    with running(claims_in_token=True) as issuer:
        firstline.settings.oidc_issuer = issuer
        async with serving(firstline) as server, httpx.AsyncClient(base_url=server.client.base_url) as client:
            client.timeout = httpx.Timeout(30)
            assert await Browser(client).sign_in("ann") == "/console"


async def test_new_keys_are_fetched(browser: Browser, desk: Server, issuer: str):
    """A token signed with a key nobody knows yet has the provider asked for its keys again."""
    settings = desk.firstline.settings
    openid = OpenId(Provider(issuer, settings.oidc_client_id, settings.oidc_client_secret))
    attempt, uri = Attempt(), f"{str(desk.client.base_url).rstrip('/')}{CALLBACK}"
    page = await browser.follow(await browser.client.get(await openid.address(attempt, uri)))
    for form in ({"prompt": "login", "login": "ann", "password": "any"}, {"prompt": "consent"}):
        action = page.text.split('action="')[1].split('"')[0]
        page = await browser.follow(await browser.client.post(action, data=form))
    answer = dict(httpx.URL(page.headers["location"]).params)
    jwks = (await openid._description())["jwks_uri"]
    real = await openid._keys()
    at, _ = openid._known[jwks]
    openid._known[jwks] = at, KeySet([RSAKey.generate_key(2048, {"kid": "of yesterday", "alg": "RS256"})]).as_dict()
    assert (await openid.prove(attempt, answer, uri)).email == "Ann@Example.org"
    assert openid._known[jwks][1] == real


async def test_a_false_signature_is_refused(issuer: str):
    """A token that somebody else has signed proves nothing, nor does one without a signature, or of a shared secret."""
    openid = OpenId(Provider(issuer, "firstline", SecretStr("a secret of two")))
    kid = (await openid._keys())["keys"][0]["kid"]
    claims = {"iss": issuer, "sub": "ann", "aud": "firstline", "iat": int(time.time()), "exp": int(time.time()) + 60}
    claims["nonce"] = "n"
    stranger = jwt.encode({"alg": "RS256", "kid": kid}, claims, RSAKey.generate_key(2048, {"alg": "RS256"}))
    shared = jwt.encode({"alg": "HS256", "kid": kid}, claims, OctKey.import_key("a secret of two, long enough to sign"))
    header = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).decode().rstrip("=")
    body = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode().rstrip("=")
    for token in (stranger, shared, f"{header}.{body}."):
        with pytest.raises((JoseError, ValueError)):
            await openid._verified({"id_token": token}, "n")
