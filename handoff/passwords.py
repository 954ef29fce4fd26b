"""Keeps passwords as argon2 hashes and checks them."""

from collections.abc import Iterable

from argon2 import PasswordHasher
from argon2.exceptions import VerificationError

from handoff.refusals import GuessablePassword, ShortPassword

SHORTEST_PASSWORD, LONGEST_PASSWORD = 10, 1024
NONE = ""  # what is kept of somebody without a password; nothing fits it
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$c29tZSBzYWx0IGZvciBub2JvZHk$KCBdFW8JcKg3cnDm7Kk1EfeKpiB+vTPRWMPYDxw6eEg"


def hash_of(password: str, names: Iterable[str]) -> str:
    """Give what is kept of a password (about 50 ms of one core).

    `names` are the e-mail address and the name of whose it is. Raises ShortPassword and GuessablePassword.
    """
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise ShortPassword(SHORTEST_PASSWORD)
    if password.strip().casefold() in {name.strip().casefold() for name in names}:
        raise GuessablePassword
    return PasswordHasher().hash(password)


def password_fits(password_hash: str | None, password: str) -> bool:
    """Check a password; takes as long (about 50 ms of one core) for an agent that does not exist or has none."""
    try:
        PasswordHasher().verify(password_hash or _NOBODY, password)
    except VerificationError:
        return False
    return bool(password_hash)
