"""Signs agents in by OpenID Connect: authorization code with PKCE, state and nonce, at a provider the operator names.

Follows OpenID Connect Core 1.0 (3.1) and Discovery 1.0, RFC 7636 (PKCE) and RFC 9207 (issuer in the answer). Whoever
the provider proves to be is matched with an agent by a verified e-mail address, and by nothing else.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import structlog
from pydantic import SecretStr

from console.attempt import Attempt
from handoff.rights import ROLES

_LONGEST = 10.0  # seconds for each word with the provider
_KEPT = 3600.0  # seconds until the provider is asked for its description and keys again
_LEEWAY = 60  # seconds that its clock may differ
_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
log = structlog.get_logger()


class NotProven(Exception):
    """Signing in at the provider did not end well; `reason` names the sentence for the sign-in page."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


@dataclass(frozen=True)
class Provider:
    """Where agents prove who they are, and how its claim about roles is read; no `roles`: as they are called here."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    scopes: str = "openid email profile"
    name: str = ""
    roles_claim: str = ""
    roles: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Proven:
    """Who somebody is to the provider: their verified address, and their roles here if the provider decides them."""

    email: str
    roles: Sequence[str] | None


class _Client(Protocol):
    """What is used of Authlib's client."""

    async def get(self, url: str, **options: Any) -> Any: ...
    async def fetch_token(self, url: str, **options: Any) -> dict[str, Any]: ...


class OpenId:
    """One provider; its description and keys are kept for an hour."""

    def __init__(self, provider: Provider) -> None:
        self.provider = provider
        self._known: dict[str, tuple[float, dict[str, Any]]] = {}

    async def address(self, attempt: Attempt, redirect_uri: str) -> str:
        """Give where the browser goes to sign in; raises NotProven."""
        from authlib.integrations.httpx_client import AsyncOAuth2Client

        description = await self._description()
        async with self._client(AsyncOAuth2Client, redirect_uri) as client:
            url, _ = client.create_authorization_url(
                description["authorization_endpoint"],
                state=attempt.state,
                nonce=attempt.nonce,
                code_verifier=attempt.verifier,
            )
        return str(url)

    async def prove(self, attempt: Attempt | None, answer: Mapping[str, str], redirect_uri: str) -> Proven:
        """Give who came back from the provider with an answer to an attempt; raises NotProven."""
        if attempt is None or not attempt.is_of(answer.get("state", "")):
            raise NotProven("stale")
        self._require_answer(answer)
        claims = await self._claims(attempt, answer["code"], redirect_uri)
        if claims.get("email_verified") not in (True, "true") or not claims.get("email"):
            raise NotProven("unverified")
        return Proven(str(claims["email"]), self._roles(claims))

    def _require_answer(self, answer: Mapping[str, str]) -> None:
        """Raise NotProven unless the answer comes from the provider and has a code."""
        if answer.get("iss", self.provider.issuer) != self.provider.issuer:
            raise NotProven("failed")
        if "code" not in answer:
            raise NotProven("cancelled" if answer.get("error") == "access_denied" else "failed")

    async def _claims(self, attempt: Attempt, code: str, redirect_uri: str) -> dict[str, Any]:
        """Change a code for what the provider says of somebody, in the ID token and where it says more; NotProven."""
        from authlib.common.errors import AuthlibBaseError
        from authlib.integrations.httpx_client import AsyncOAuth2Client
        from httpx2 import HTTPError
        from joserfc.errors import JoseError

        try:
            description = await self._description()
            async with self._client(AsyncOAuth2Client, redirect_uri) as client:
                token = await client.fetch_token(
                    description["token_endpoint"], code=code, code_verifier=attempt.verifier
                )
                claims = await self._verified(token, attempt.nonce)
                return {**await self._more(client, description, claims), **claims}
        except HTTPError as error:
            log.warning("oidc_provider_away", error=type(error).__name__)
            raise NotProven("away") from error
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            log.warning("oidc_refused", error=type(error).__name__)
            raise NotProven("failed") from error

    async def _verified(self, token: Mapping[str, Any], nonce: str) -> dict[str, Any]:
        """Give the claims of an ID token whose signature, issuer, audience, time and nonce are right."""
        from authlib.oidc.core import CodeIDToken
        from joserfc import jwt
        from joserfc.errors import InvalidKeyIdError
        from joserfc.jwk import KeySet
        from joserfc.jws import JWSRegistry

        registry = JWSRegistry(algorithms=list(_ALGORITHMS), strict_check_header=False)
        try:
            read = jwt.decode(token["id_token"], KeySet.import_key_set(await self._keys()), registry=registry)  # type: ignore[arg-type]
        except InvalidKeyIdError:  # the provider has changed its keys
            fresh = KeySet.import_key_set(await self._keys(afresh=True))  # type: ignore[arg-type]
            read = jwt.decode(token["id_token"], fresh, registry=registry)
        wanted = {
            "iss": {"essential": True, "value": self.provider.issuer},
            "aud": {"essential": True, "value": self.provider.client_id},
            "nonce": {"essential": True, "value": nonce},
        }
        known = {"nonce": nonce, "client_id": self.provider.client_id, "access_token": token.get("access_token")}
        claims = CodeIDToken(read.claims, read.header, wanted, known)
        claims.validate(leeway=_LEEWAY)
        return dict(claims)

    async def _more(self, client: _Client, description: Mapping[str, Any], claims: Mapping[str, Any]) -> dict[str, Any]:
        """Give what the provider says of the same person beside the ID token, where that leaves out what is needed."""
        lacking = "email_verified" not in claims or _at(claims, self.provider.roles_claim) is None
        if not lacking or "userinfo_endpoint" not in description:
            return {}
        response = await client.get(description["userinfo_endpoint"])
        response.raise_for_status()
        said: dict[str, Any] = response.json()
        if said.get("sub") != claims["sub"]:
            raise ValueError("the provider speaks of somebody else")
        return said

    def _roles(self, claims: Mapping[str, Any]) -> list[str] | None:
        """Give the roles the provider decides on, None if it decides none; raises NotProven if it gives none."""
        if not self.provider.roles_claim:
            return None
        given = _at(claims, self.provider.roles_claim)
        names = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        known = self.provider.roles
        found = sorted({known.get(str(name), "") if known else str(name) for name in names} & set(ROLES))
        if not found:
            raise NotProven("no_role")
        return found

    async def _description(self) -> dict[str, Any]:
        """Give the provider's description of itself; raises NotProven."""
        from httpx2 import HTTPError

        address = f"{self.provider.issuer.rstrip('/')}/.well-known/openid-configuration"
        try:
            found = await self._fetched(address)
        except (HTTPError, ValueError) as error:
            log.warning("oidc_provider_away", error=type(error).__name__)
            raise NotProven("away") from error
        if found.get("issuer") != self.provider.issuer:
            log.error("oidc_wrong_issuer", known=self.provider.issuer, says=str(found.get("issuer")))
            raise NotProven("failed")
        return found

    async def _keys(self, *, afresh: bool = False) -> dict[str, Any]:
        return await self._fetched((await self._description())["jwks_uri"], afresh=afresh)

    async def _fetched(self, address: str, *, afresh: bool = False) -> dict[str, Any]:
        from httpx2 import AsyncClient

        at, found = self._known.get(address, (-_KEPT, {}))
        if afresh or time.monotonic() - at >= _KEPT:
            async with AsyncClient(timeout=_LONGEST) as client:
                response = await client.get(address)
                response.raise_for_status()
                found = dict(response.json())
            self._known[address] = time.monotonic(), found
        return found

    def _client(self, kind: Any, redirect_uri: str) -> Any:
        provider = self.provider
        secret = provider.client_secret.get_secret_value()
        return kind(
            provider.client_id,
            secret or None,
            scope=provider.scopes,
            redirect_uri=redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if secret else "none",
            timeout=_LONGEST,
        )


def _at(claims: Mapping[str, Any], path: str) -> Any:
    """Give a claim by its name, or by a path such as realm_access.roles; None if there is none, "" without a path."""
    if not path:
        return ""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found
