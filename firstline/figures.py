"""The figures /metrics shows, under the names the alert rules know.

What is counted starts from 0 with the process, and there is one set of figures in it: so Prometheus' library is used.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector

from bot.worker_link import ENDINGS
from handoff.load import Load
from handoff.tickets import LIVE

REGISTRY = CollectorRegistry()
_MOMENTS = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 90)
_REASONS = ("human_request", "frustrated", "low_confidence", "not_helpful", "bot_unavailable")
_DECISIONS = ("answer", "suggest", "no_answer", "dialogue", "handoff")
_CHANNELS = ("telegram", "email")


def _counter(name: str, meaning: str, label: str, values: tuple[str, ...]) -> Counter:
    """Give a counter that shows 0 for what has not happened yet: a rate needs a point to start from."""
    counter = Counter(f"firstline_{name}", meaning, [label], registry=REGISTRY)
    for value in values:
        counter.labels(value)
    return counter


def _gauge(name: str, meaning: str, *labels: str) -> Gauge:
    return Gauge(f"firstline_{name}", meaning, labels, registry=REGISTRY)


ProcessCollector(registry=REGISTRY)
TURN_SECONDS = Histogram(
    "firstline_turn_seconds",
    "Time from asking the bot to the recorded answer, the wait for a bot that is loading included.",
    buckets=_MOMENTS,
    registry=REGISTRY,
)
TURNS = _counter("turns", "Turns the bot decided.", "decision", _DECISIONS)
HANDOFFS = _counter("handoffs", "Handoffs from the bot to people.", "reason", _REASONS)
WORKER_ENDINGS = _counter("worker_restarts", "Bot processes that had to be replaced.", "reason", ENDINGS)
DATABASE_ERRORS = Counter("firstline_database_errors", "Requests the database failed.", registry=REGISTRY)
REQUESTS = Counter("firstline_http_requests", "Requests answered.", ["method", "route", "status"], registry=REGISTRY)
REQUEST_SECONDS = Histogram(
    "firstline_http_request_seconds", "Time of a request, streams left out.", buckets=_MOMENTS[:10], registry=REGISTRY
)

OPEN_STREAMS = _gauge("open_streams", "Pages that follow this server.")
BOT_READY = _gauge("bot_ready", "Whether the bot can be asked.")
DATABASE_UP = _gauge("database_up", "Whether the database answers.")
DISK_FREE = _gauge("disk_free_bytes", "Free space where the data folder is.")
WAITING = _gauge("waiting", "Conversations that wait for a person.")
WAITING_AGE = _gauge("waiting_oldest_seconds", "How long the longest of them has waited.")
WITH_AGENT = _gauge("with_agent", "Conversations with a person.")
AGENTS_ONLINE = _gauge("agents_online", "Agents who take chats.")
TICKETS = _gauge("tickets", "Tickets on which work is not finished.", "status")
DELIVERIES = _gauge("deliveries_waiting", "Messages on their way to a push channel.", "channel")
DELIVERY_AGE = _gauge("deliveries_oldest_seconds", "How long the oldest of them has been on its way.", "channel")


def show(load: Load | None) -> None:
    """Set what the database says; without an answer these figures are unknown, not zero."""
    unknown = float("nan")
    DATABASE_UP.set(load is not None)
    WAITING.set(load.waiting if load else unknown)
    WAITING_AGE.set(load.oldest_waiting if load else unknown)
    WITH_AGENT.set(load.with_agent if load else unknown)
    AGENTS_ONLINE.set(load.agents_online if load else unknown)
    for status in LIVE:
        TICKETS.labels(status).set(load.tickets.get(status, 0) if load else unknown)
    for channel in _CHANNELS:
        count, age = load.deliveries.get(channel, (0, 0.0)) if load else (unknown, unknown)
        DELIVERIES.labels(channel).set(count)
        DELIVERY_AGE.labels(channel).set(age)
