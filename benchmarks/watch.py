"""Watches a system while it is under load: memory at its peak, processor time by process."""

import contextlib
import threading
from collections import defaultdict
from types import TracebackType
from typing import Self

import psutil

from benchmarks.systems import System

_EVERY = 0.5  # seconds
_ROLES = (("bot.worker", "bot worker"), ("run actions", "action server"), ("rasa", "rasa server"), ("serve", "web"))


class Watch:
    """A `with` block; afterwards `peak` is in bytes, `cpu` (by process) and `machine` in seconds of processor time.

    `memory` is resident memory in bytes at the beginning and at the end, by process.
    `peak` is the largest sum of resident memory over all processes; pages they share count more than once.
    `machine` is what everything on the machine took in that time, the watched system included.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)
        self.peak = 0
        self.memory: dict[str, tuple[int, int]] = {}
        self.cpu: dict[str, float] = {}
        self.machine = 0.0

    def __enter__(self) -> Self:
        self._cpu_before, self._machine_before = _cpu(self._system), _machine()
        self._memory_before = _resident(self._system)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        self.machine = _machine() - self._machine_before
        after = _resident(self._system)
        self.memory = {role: (before, after.get(role, 0)) for role, before in self._memory_before.items()}
        self.cpu = {role: cpu - self._cpu_before.get(role, 0.0) for role, cpu in _cpu(self._system).items()}

    def _sample(self) -> None:
        while not self._over.wait(_EVERY):
            self.peak = max(self.peak, sum(_resident(self._system).values()))


def _resident(system: System) -> dict[str, int]:
    """Give bytes of resident memory by what the process does."""
    found: dict[str, int] = defaultdict(int)
    for process in system.processes():
        with contextlib.suppress(psutil.NoSuchProcess):
            found[_role(process)] += process.memory_info().rss
    return found


def _cpu(system: System) -> dict[str, float]:
    """Give seconds of processor time so far by what the process does."""
    seconds: dict[str, float] = defaultdict(float)
    for process in system.processes():
        with contextlib.suppress(psutil.NoSuchProcess):
            times = process.cpu_times()
            seconds[_role(process)] += times.user + times.system
    return seconds


def _role(process: psutil.Process) -> str:
    command = " ".join(process.cmdline())
    return next((role for sign, role in _ROLES if sign in command), "other")


def _machine() -> float:
    times = psutil.cpu_times()
    return float(times.user + times.nice + times.system + times.irq + times.softirq)
