"""Keeps one conversation from flooding the record: a token bucket a conversation, never an address."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable

from conversations.errors import TooFast

_MOST = 10_000


class Pace:
    """How fast one conversation may send: `burst` at once, `per_second` in the long run."""

    def __init__(self, burst: int, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._burst, self._per_second, self._clock = burst, per_second, clock
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, conversation: str) -> None:
        """Count one message; raises TooFast with the whole seconds to wait."""
        now = self._clock()
        level, since = self._buckets.pop(conversation, (float(self._burst), now))
        level = min(self._burst, level + (now - since) * self._per_second)
        enough = level >= 1
        self._buckets[conversation] = (level - 1 if enough else level, now)
        if len(self._buckets) > _MOST:
            self._buckets.popitem(last=False)
        if not enough:
            raise TooFast(max(1, math.ceil((1 - level) / self._per_second)))
