"""How a conversation is rated by a button: the button's value names the conversation, which is over by then."""

import re
from uuid import UUID

SCORES = (1, 2, 3, 4, 5)
_VALUE = re.compile(r"rate:([1-5]):([0-9a-f]{32})")


def choices(conversation: str) -> list[dict[str, str]]:
    """Give a button for each score; a value has 39 bytes of the 64 a channel carries."""
    name = UUID(conversation).hex
    return [{"title": str(score), "value": f"rate:{score}:{name}"} for score in SCORES]


def rating_of(value: str) -> tuple[int, str] | None:
    """Give the score and the conversation of a button, None if it is no such button."""
    match = _VALUE.fullmatch(value)
    return (int(match[1]), str(UUID(match[2]))) if match else None
