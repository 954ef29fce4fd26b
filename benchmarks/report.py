"""Figures of both systems, what they say about the marks, and where the time goes."""

import statistics
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from benchmarks.visitors import Figures
from benchmarks.watch import Watch

LEAST_THROUGHPUT = 3.0  # times stock Rasa's messages/s, with 16 visitors at once
MOST_TIME = 0.5  # of stock Rasa's median turn, with one visitor alone
ALONE, TOGETHER = 1, 16
SYSTEMS = ("stock", "firstline")


@dataclass
class Measured:
    """Everything measured of one system with so many visitors, added up over the rounds."""

    turns: list[float] = field(default_factory=list)
    seconds: float = 0.0
    opened: int = 0
    articles: int = 0
    handed_over: int = 0
    texts: int = 0
    peak: int = 0
    cpu: dict[str, float] = field(default_factory=lambda: defaultdict(float))
    others: float = 0.0

    def add(self, figures: Figures, watch: Watch) -> None:
        """Add one round."""
        self.turns += figures.turns
        self.seconds += figures.seconds
        self.opened += figures.opened
        self.articles += figures.articles
        self.handed_over += figures.handed_over
        self.texts = max(self.texts, figures.texts)
        self.peak = max(self.peak, watch.peak)
        for role, cpu in watch.cpu.items():
            self.cpu[role] += cpu
        self.cpu["load generator"] += figures.own_cpu
        self.others += watch.machine - sum(watch.cpu.values()) - figures.own_cpu

    @property
    def throughput(self) -> float:
        """Messages answered a second."""
        return len(self.turns) / self.seconds

    def percentile(self, percent: int) -> float:
        """Milliseconds within which so many percent of the turns were over."""
        return statistics.quantiles(self.turns, n=100, method="inclusive")[percent - 1] * 1000


Results = Mapping[tuple[str, int], Measured]


def missed(results: Results) -> list[str]:
    """Give a sentence for every mark that was missed."""
    throughput = _ratio(results, TOGETHER, lambda measured: measured.throughput)
    time = _ratio(results, ALONE, lambda measured: measured.percentile(50))
    found = []
    if throughput < LEAST_THROUGHPUT:
        found.append(f"{throughput:.2f} times the messages/s with {TOGETHER} visitors; at least {LEAST_THROUGHPUT:g}.")
    if time > MOST_TIME:
        found.append(f"{time:.2f} of the median turn with {ALONE} visitor; at most {MOST_TIME:g}.")
    return found


def lines(results: Results) -> Iterator[str]:
    """Write both systems side by side, then where the time goes."""
    yield f"{'':24}{'stock Rasa':>14}{'Firstline':>14}{'ratio':>10}"
    for visitors in (ALONE, TOGETHER):
        yield f"{visitors} visitor{'s' if visitors > 1 else ''} at once"
        yield _row(results, visitors, "messages/s", "", lambda measured: measured.throughput)
        yield _row(results, visitors, "p50", " ms", lambda measured: measured.percentile(50))
        yield _row(results, visitors, "p95", " ms", lambda measured: measured.percentile(95))
        yield _row(results, visitors, "peak memory", " MB", lambda measured: measured.peak / 1e6)
    yield ""
    yield "Where the time goes: processor time a turn, share of one core"
    for system in SYSTEMS:
        for visitors in (ALONE, TOGETHER):
            yield from _shares(system, visitors, results[system, visitors])


def _row(results: Results, visitors: int, name: str, unit: str, figure: Callable[[Measured], float]) -> str:
    stock, firstline = (f"{figure(results[system, visitors]):.1f}{unit}" for system in SYSTEMS)
    return f"  {name:22}{stock:>14}{firstline:>14}{_ratio(results, visitors, figure):>9.2f}x"


def _ratio(results: Results, visitors: int, figure: Callable[[Measured], float]) -> float:
    stock, firstline = (figure(results[system, visitors]) for system in SYSTEMS)
    return firstline / stock


def _shares(system: str, visitors: int, measured: Measured) -> Iterator[str]:
    turns, seconds = len(measured.turns), measured.seconds
    yield (
        f"  {system}, {visitors} at once: {turns} turns in {seconds:.1f} s, {measured.opened} conversations; answered "
        f"with an article {measured.articles}, handed to a person {measured.handed_over}, different {measured.texts}"
    )
    by_cpu = sorted(measured.cpu.items(), key=lambda item: -item[1])
    for role, cpu in (*by_cpu, ("rest of the machine", measured.others)):
        yield f"    {role:22}{cpu / turns * 1000:>11.1f} ms{cpu / seconds:>10.0%}"
    if visitors == ALONE:
        waited = statistics.mean(measured.turns) - sum(measured.cpu.values()) / turns
        yield f"    {'waiting (disk, others)':22}{max(0.0, waited) * 1000:>11.1f} ms"
