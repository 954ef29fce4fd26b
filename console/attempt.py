"""One attempt to sign in at a provider: kept by the browser that began it, sealed by the server, for ten minutes."""

import base64
import hashlib
import hmac
import json
import secrets
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta

LASTS = timedelta(minutes=10)


def _random() -> str:
    return secrets.token_urlsafe(48)


@dataclass(frozen=True)
class Attempt:
    """What only the browser that began may know: the state that comes back, the nonce, the verifier of the code."""

    state: str = field(default_factory=_random)
    nonce: str = field(default_factory=_random)
    verifier: str = field(default_factory=_random)

    def is_of(self, state: str) -> bool:
        """Tell whether an answer's state is the one of this attempt."""
        return bool(self.state) and hmac.compare_digest(self.state.encode(), state.encode())


def sealed(attempt: Attempt, key: bytes, now: datetime) -> str:
    """Write an attempt for a cookie, with its end and a seal that only this server's key makes."""
    content = json.dumps({**asdict(attempt), "until": (now + LASTS).timestamp()}).encode()
    written = base64.urlsafe_b64encode(content).decode().rstrip("=")  # a cookie with = would be quoted
    return f"{written}.{_seal(written, key)}"


def opened(cookie: str, key: bytes, now: datetime) -> Attempt | None:
    """Read an attempt from a cookie; None if it was made elsewhere, was changed, or is too old."""
    written, _, seal = cookie.partition(".")
    if not hmac.compare_digest(seal.encode(), _seal(written, key).encode()):
        return None
    kept = json.loads(base64.urlsafe_b64decode(f"{written}=="))
    if kept.pop("until") < now.timestamp():
        return None
    return Attempt(**kept)


def _seal(written: str, key: bytes) -> str:
    return hmac.new(key, f"sign-in attempt {written}".encode(), hashlib.sha256).hexdigest()
