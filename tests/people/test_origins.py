"""A page of another site gets nothing out of an agent's browser, and the widget runs where it may."""

import httpx
import pytest
from pydantic import ValidationError

from firstline.app import Firstline
from firstline.settings import Settings
from tests.conftest import PASSWORD, Server, serving
from tests.http.test_visitors import problem
from tests.people.test_rights import filled, routes_of_agents

ELSEWHERE, INTRANET = "https://elsewhere.example", "https://intranet.example"


def own(server: Server) -> str:
    """Give a server's own origin."""
    return str(server.client.base_url).rstrip("/")


class TestAgentsWrites:
    """Cookies alone are not enough: a write has to come from the console."""

    async def test_no_write_comes_from_another_site(self, server: Server):
        """Every write of agents, operators and whoever signs in or joins is refused if a page elsewhere sent it."""
        operator = await server.agent("Olga", "operator")
        more = ("/account/password", "/account/logins", "/account/logins/x", "/invitation")
        writes = {(method, path) for method, path, _ in routes_of_agents(server.firstline) if method != "GET"}
        methods = ("PUT", "DELETE", "DELETE", "POST")
        writes |= {(method, f"/api/v1/agent{path}") for method, path in zip(methods, more, strict=True)}
        for method, path in sorted(writes):
            headers = {"Origin": ELSEWHERE, "Accept-Language": "de"}
            response = await operator.client.request(method, filled(path), json={}, headers=headers)
            assert "anderen Website" in problem(response, 403), f"{method} {path}"
        assert (await operator.get("session")).status_code == 200

    @pytest.mark.parametrize(
        "headers",
        [
            {"Origin": "null"},
            {"Origin": "http://127.0.0.1"},
            {"Origin": "http://127.0.0.1.elsewhere.example"},
            {"Sec-Fetch-Site": "cross-site"},
            {"Sec-Fetch-Site": "same-site"},
        ],
    )
    async def test_who_signs_in_does_so_on_our_page(self, server: Server, headers: dict[str, str]):
        """Nobody is signed in as somebody else by a page they happened to open."""
        ann = await server.agent("Ann")
        body = {"email": ann.email, "password": PASSWORD}
        problem(await server.client.post("/api/v1/agent/session", json=body, headers=headers), 403)

    async def test_our_own_page_writes(self, server: Server):
        """The console's own origin is known by the name it was asked by, and so is no browser at all."""
        ann = await server.agent("Ann")
        body = {"email": ann.email, "password": PASSWORD}
        for headers in ({"Origin": own(server), "Sec-Fetch-Site": "same-origin"}, {}, {"Sec-Fetch-Site": "none"}):
            response = await server.client.post("/api/v1/agent/session", json=body, headers=headers)
            assert response.status_code == 200, headers

    async def test_a_proxy_in_front_is_no_other_site(self, firstline: Firstline):
        """Behind TLS the page's https is ours, under the name that was passed on or the public one; http is not."""
        firstline.settings.public_url = "https://help.example.org/"
        firstline.settings.secure_cookies = True
        async with serving(firstline) as server:
            body = {"email": "nobody@example.org", "password": "wrong"}
            for host, origin, status in (
                ("desk.internal", "https://desk.internal", 401),
                ("127.0.0.1:8001", "https://help.example.org", 401),
                ("desk.internal", "http://desk.internal", 403),
                ("desk.internal", "https://elsewhere.example", 403),
            ):
                headers = {"Host": host, "Origin": origin}
                response = await server.client.post("/api/v1/agent/session", json=body, headers=headers)
                assert response.status_code == status, (host, origin)


class TestCookies:
    """The cookie of a login is out of reach."""

    async def _cookie(self, server: Server, **headers: str) -> str:
        ann = {"email": "ann@example.org", "password": PASSWORD}
        response = await server.client.post("/api/v1/agent/session", json=ann, headers=headers)
        assert response.status_code == 200
        return response.headers["set-cookie"]

    async def test_it_is_secure_behind_tls(self, server: Server):
        """A proxy on this machine that ends TLS says so, and the cookie never goes over a plain line."""
        await server.agent("Ann")
        behind = await self._cookie(server, **{"X-Forwarded-Proto": "https"})
        assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= set(behind.split("; "))
        plain = await self._cookie(server)
        assert "Secure" not in plain
        assert {"HttpOnly", "SameSite=strict"} <= set(plain.split("; "))

    async def test_it_is_secure_where_the_operator_says_so(self, firstline: Firstline):
        """With FIRSTLINE_SECURE_COOKIES it is, whatever a proxy says."""
        firstline.settings.secure_cookies = True
        async with serving(firstline) as server:
            await server.agent("Ann")
            assert "Secure" in await self._cookie(server)


class TestWidget:
    """Where the chat may be."""

    async def asked_from(self, client: httpx.AsyncClient, origin: str) -> tuple[int, str | None, str | None]:
        """Load the widget and begin a conversation as a page does; gives both statuses' worst and what CORS says."""
        headers = {"Origin": origin}
        script = await client.get("/widget.js", headers=headers)
        begun = await client.post("/api/v1/conversations", headers=headers)
        allowed = "access-control-allow-origin"
        return max(script.status_code, begun.status_code), script.headers.get(allowed), begun.headers.get(allowed)

    async def test_any_site_unless_sites_are_listed(self, server: Server):
        """Without a list every page may carry the chat."""
        assert await self.asked_from(server.client, ELSEWHERE) == (201, "*", "*")

    async def test_only_listed_sites(self, firstline: Firstline):
        """With a list, a page elsewhere cannot load the widget and begins no conversation; ours and listed ones can."""
        firstline.settings.allowed_origins = [INTRANET]
        async with serving(firstline) as server:
            assert await self.asked_from(server.client, INTRANET) == (201, INTRANET, INTRANET)
            assert await self.asked_from(server.client, own(server)) == (201, None, None)
            assert await self.asked_from(server.client, ELSEWHERE) == (403, None, None)
            headers = {"Origin": ELSEWHERE, "Accept-Language": "de"}
            refused = await server.client.post("/api/v1/conversations", headers=headers)
            assert "nicht freigegeben" in problem(refused, 403)
            asked = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "content-type"}
            preflight = await server.client.options("/api/v1/conversations", headers={"Origin": ELSEWHERE, **asked})
            assert "access-control-allow-origin" not in preflight.headers
            preflight = await server.client.options("/api/v1/conversations", headers={"Origin": INTRANET, **asked})
            assert preflight.headers["access-control-allow-origin"] == INTRANET

    async def test_the_start_page_is_framed_by_listed_sites(self, firstline: Firstline):
        """A listed site may show the page with the chat in a frame; nobody frames any other page."""
        firstline.settings.allowed_origins = [INTRANET]
        async with serving(firstline) as server:
            policy = (await server.client.get("/")).headers["content-security-policy"]
            assert f"frame-ancestors 'self' {INTRANET}" in policy
            for page in ("/console", "/console/invitation", "/t/secret", "/docs"):
                response = await server.client.get(page)
                assert "frame-ancestors 'none'" in response.headers["content-security-policy"], page
                assert response.headers["x-frame-options"] == "DENY", page


def test_sites_are_written_as_people_write_them():
    """A slash at the end or a capital letter is no other site; what is no site is refused by name."""

    def sites(*given: str) -> list[str]:
        return Settings(allowed_origins=list(given), _env_file=None).allowed_origins  # type: ignore[call-arg]

    assert sites("https://Intranet.example/", "http://host:8080/path") == [INTRANET, "http://host:8080"]
    assert sites("*") == []
    for wrong in ("intranet.example", "https://", "ftp://host", "https://a b", "https://x;script-src *"):
        with pytest.raises(ValidationError, match="is no site"):
            sites(wrong)
