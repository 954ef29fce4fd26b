"""Writes what a load did, and says which marks were missed and whether it was too much."""

import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.load_people import Tally
from benchmarks.watch import Watch

MOST_DELIVERY = 150.0  # ms, p95, agent's POST to the visitor's stream
MOST_ANSWER = 400.0  # ms, p95, visitor's message due to the bot's answer on the stream
MOST_GROWTH = 0.05  # of a process' memory, after the warm-up
MOST_RECONNECT = 500.0  # ms, p95, until the last of the missed messages has arrived
_TOO_LONG = 2000.0  # ms, p95: the desk does not keep up any more
_MANY = 2.0  # seconds' worth of messages unanswered at the end


@dataclass(frozen=True)
class Level:
    """What came of so many times the load."""

    times: int
    visitors: int
    agents: int
    rate: float
    tally: Tally
    watch: Watch

    @property
    def broken(self) -> str:
        """How the load was too much; empty if it was not."""
        tally, found = self.tally, []
        if tally.refusals:
            found.append("refused: " + ", ".join(f"{times} {what}" for what, times in tally.refusals.items()))
        if tally.unanswered[-1] > _MANY * self.rate:
            found.append(f"questions pile up: {tally.unanswered[-1]} are not answered")
        if (answer := p95(tally.answers)) > _TOO_LONG:
            found.append(f"answers take {answer:.0f} ms")
        return "; ".join(found)


def p95(seconds: Sequence[float]) -> float:
    """Milliseconds within which 95 of 100 were over."""
    return _percentile(seconds, 95)


def _percentile(seconds: Sequence[float], percent: int) -> float:
    if len(seconds) < 2:  # noqa: PLR2004
        return float("inf")
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1] * 1000


def lines(level: Level) -> Iterator[str]:
    """Write one load."""
    tally, watch = level.tally, level.watch
    yield (
        f"{level.times} times: {level.visitors} visitors' streams, {level.agents} agents, {level.rate:g} messages/s to "
        f"the bot for {tally.seconds:.0f} s: {tally.sent} sent, {tally.handed_over} handed over, "
        f"{tally.looks / tally.seconds:.0f} looks/s of the consoles"
    )
    for name, figures in (
        ("bot's answer", tally.answers),
        ("agent to visitor", tally.deliveries),
        ("acknowledgement", tally.acknowledgements),
    ):
        yield f"  {name:22}p50 {_percentile(figures, 50):7.1f} ms   p95 {p95(figures):7.1f} ms   {len(figures)} times"
    waiting = tally.unanswered
    yield f"  {'not answered yet':22}{waiting[0]} at the begin, {max(waiting)} at most, {waiting[-1]} at the end"
    for role, (before, after) in watch.memory.items():
        yield f"  {role + ', memory':22}{before / 1e6:.1f} to {after / 1e6:.1f} MB ({_growth(before, after):+.1%})"
    yield "  share of one core: " + ", ".join(f"{name} {cpu / tally.seconds:.0%}" for name, cpu in _cpu(level).items())
    yield f"  {'too much: ' + level.broken if level.broken else 'holds'}"


def _cpu(level: Level) -> dict[str, float]:
    watch, own = level.watch, level.tally.own_cpu
    rest = watch.machine - sum(watch.cpu.values()) - own
    return {**watch.cpu, "load generator": own, "rest of the machine": max(0.0, rest)}


def missed(level: Level, reconnects: Sequence[float]) -> Iterator[str]:
    """Give a sentence for every mark that was missed; they are set for one times the load."""
    if level.broken:
        yield level.broken
    yield from _slow("agent to visitor", level.tally.deliveries, MOST_DELIVERY)
    yield from _slow("bot's answer", level.tally.answers, MOST_ANSWER)
    yield from _slow("reconnect", reconnects, MOST_RECONNECT)
    for role, (before, after) in level.watch.memory.items():
        if (growth := _growth(before, after)) > MOST_GROWTH:
            yield f"memory of {role} grew by {growth:.1%}; at most {MOST_GROWTH:.0%}."


def _slow(name: str, seconds: Sequence[float], most: float) -> Iterator[str]:
    if (found := p95(seconds)) >= most:
        yield f"{name}: p95 {found:.1f} ms; below {most:.0f} ms."


def _growth(before: int, after: int) -> float:
    return after / before - 1 if before else 0.0
