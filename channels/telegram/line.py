"""The line to Telegram: the Bot API client, how long to wait after trouble, and trouble told without the token."""

import traceback
import warnings

from telegram import Bot
from telegram.error import RetryAfter
from telegram.request import HTTPXRequest
from telegram.warnings import PTBDeprecationWarning

_SECONDS = 10.0


def bot_of(token: str, base_url: str) -> Bot:
    """Give a client that has not spoken yet."""
    warnings.filterwarnings("ignore", "(?s).*retry_after", PTBDeprecationWarning)
    base_url = base_url.rstrip("/")
    return Bot(
        token,
        base_url=f"{base_url}/bot",
        base_file_url=f"{base_url}/file/bot",
        request=HTTPXRequest(read_timeout=_SECONDS, connect_timeout=_SECONDS, pool_timeout=_SECONDS),
        get_updates_request=HTTPXRequest(1, read_timeout=_SECONDS, connect_timeout=_SECONDS),
    )


def reason(error: BaseException, bot: Bot) -> str:
    """Say what went wrong, without the token."""
    first = next(iter(str(error).splitlines()), "")
    return f"{type(error).__name__}: {first}".replace(bot.token, "[token]")


def trace(error: BaseException, bot: Bot) -> str:
    """Say where it went wrong, without the token."""
    return "".join(traceback.format_exception(error)).replace(bot.token, "[token]")


def seconds_of(error: RetryAfter) -> float:
    """Give how long Telegram asks to wait."""
    asked = error.retry_after
    return float(asked if isinstance(asked, int) else asked.total_seconds())


class Pause:
    """Waits that double from one second up to `longest`, and start anew after a success."""

    def __init__(self, longest: float) -> None:
        self._longest = longest
        self._next = 1.0

    def seconds(self) -> float:
        """Give the next wait."""
        wait, self._next = self._next, min(self._longest, self._next * 2)
        return wait

    def over(self) -> None:
        """Begin with the shortest again."""
        self._next = 1.0
