"""Everything an operator can set, read from `FIRSTLINE_*` variables or `.env`; nothing else reads the environment."""

import re
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from handoff.rights import ROLES

ROOT = Path(__file__).resolve().parent.parent


class Settings(BaseSettings):
    """An operator's choices; each is `FIRSTLINE_<NAME>`."""

    model_config = SettingsConfigDict(env_prefix="FIRSTLINE_", env_file=".env", extra="ignore")

    data: Path = Field(ROOT / "var", description="Folder of the embedded database and of the server's secret key.")
    database_url: str = Field("", description="sqlite:///path or postgresql://…; empty: SQLite in the data folder.")
    models: Path = Field(ROOT / "bot" / "models", description="Folder of trained models.")
    workers: int = Field(1, ge=1, le=16, description="Bot processes; each needs about 1.7 GB.")
    worker_memory_mb: int = Field(2000, ge=0, description="Memory a bot process may hold, in MB; 0: any.")
    turn_seconds: float = Field(10, gt=0, description="Longest time the bot may take for one answer, in seconds.")
    telegram_token: SecretStr = Field(SecretStr(""), description="Token of a Telegram bot; empty: no Telegram.")
    telegram_url: str = Field("https://api.telegram.org", description="Address of the Telegram Bot API.")
    public_url: str = Field("", description="Address people reach this server at, for links in tickets.")
    allowed_origins: list[str] = Field([], description="Sites that may embed the widget, as JSON; empty: any.")
    message_burst: int = Field(20, ge=1, description="Messages one conversation may send at once.")
    messages_per_second: float = Field(2, gt=0, description="Messages one conversation may send in the long run.")
    accept_seconds: int = Field(30, ge=5, le=600, description="How long a called agent has to accept a chat.")
    misses: int = Field(3, ge=1, description="Missed calls in a row after which an agent counts as away.")
    secure_cookies: bool = Field(default=False, description="Mark cookies Secure also where TLS is not noticed.")
    oidc_issuer: str = Field("", description="Issuer of an OpenID Connect provider agents sign in at; empty: none.")
    oidc_client_id: str = Field("", description="What the provider calls this server.")
    oidc_client_secret: SecretStr = Field(SecretStr(""), description="The secret it shares with this server, if any.")
    oidc_scopes: str = Field("openid email profile", description="What is asked of the provider.")
    oidc_name: str = Field("", description="What the button on the sign-in page calls the provider.")
    oidc_roles_claim: str = Field(
        "", description="Claim that decides roles, as groups or realm_access.roles; empty: none."
    )
    oidc_roles: dict[str, str] = Field({}, description="Which value of that claim is which role, as JSON.")
    invitation_days: int = Field(7, ge=1, le=90, description="How long the link of an invitation works, in days.")

    @field_validator("allowed_origins")
    @classmethod
    def _sites(cls, sites: list[str]) -> list[str]:
        """Write sites as browsers name them; `*` is any, as none is."""
        if sites == ["*"]:
            return []
        if wrong := [site for site in sites if not origin_of(site)]:
            raise ValueError(f"'{wrong[0]}' is no site, write it as https://intranet.example.org")
        return [origin_of(site) for site in sites]

    @field_validator("oidc_issuer")
    @classmethod
    def _issuer(cls, issuer: str) -> str:
        """Let nobody be proven over a line that others can change, unless it does not leave this machine."""
        here = urlsplit(issuer).hostname in ("127.0.0.1", "::1", "localhost")
        if issuer and not (origin_of(issuer) and (issuer.startswith("https://") or here)):
            raise ValueError("write the issuer as the provider does, beginning with https://")
        return issuer

    @field_validator("oidc_roles")
    @classmethod
    def _known_roles(cls, roles: dict[str, str]) -> dict[str, str]:
        """Name a role that nobody knows."""
        if unknown := set(roles.values()) - set(ROLES):
            raise ValueError(f"there is no role '{min(unknown)}', use {', '.join(ROLES)}")
        return roles

    @model_validator(mode="after")
    def _whole(self) -> "Settings":
        """Refuse half a provider."""
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("FIRSTLINE_OIDC_ISSUER needs FIRSTLINE_OIDC_CLIENT_ID too")
        return self

    @property
    def database(self) -> str:
        """The database's URL."""
        return self.database_url or f"sqlite:///{(self.data / 'firstline.db').resolve()}"

    def replace_key(self, key: bytes) -> bool:
        """Keep another key from now on; tells whether it is another one."""
        path = self.data / "secret.key"
        if path.exists() and bytes.fromhex(path.read_text().strip()) == key:
            return False
        self.data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(key.hex())
        return True

    def secret_key(self) -> bytes:
        """Give the server's key, made on first use; only its owner can read the file."""
        path = self.data / "secret.key"
        if not path.exists():
            self.data.mkdir(parents=True, exist_ok=True)
            path.touch(mode=0o600)
            path.write_text(secrets.token_hex(32))
        return bytes.fromhex(path.read_text().strip())


def origin_of(address: str) -> str:
    """Give the origin of an address as browsers write it; empty for what is none."""
    parts = urlsplit(address.strip().lower())
    host = parts.netloc if re.fullmatch(r"[\w.\[\]:-]+", parts.netloc, re.ASCII) else ""
    return f"{parts.scheme}://{host}" if parts.scheme in ("http", "https") and host else ""
