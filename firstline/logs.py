"""Sets logging up: one JSON object a line on standard error, no secret, no word of what people wrote."""

import logging
import re
import sys
import traceback
from collections.abc import Iterator
from types import TracebackType
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from conversations.database import DatabaseUnavailable

_MOST_FRAMES = 12
_TELLING = (OSError, DatabaseUnavailable)  # their messages name files, addresses and what is lacking, nobody's words
_SECRETS = re.compile(r"\d{6,}:[\w-]{30,}|(?<=/t/)[0-9a-f]{20,}|(?<=Bearer )\S+", re.ASCII)


def configure_logs() -> None:
    """Log what the house and its libraries say in one form."""
    ours: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        _name_exception,
        _without_secrets,
    ]
    structlog.configure(
        processors=[*ours, structlog.processors.JSONRenderer()],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, _first_line, *ours],
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(),
            ],
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)


def _first_line(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Keep what a library says and leave out the objects it shows below, which may hold what people wrote."""
    event["event"] = str(event["event"]).strip().partition("\n")[0]
    return event


def _name_exception(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Say of an exception what it is and where it was raised; its message only if that is nobody's words."""
    found = event.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else sys.exception() if found is True else found
    if isinstance(error, BaseException):
        event["exception"] = list(_chain(error))
    return event


def _chain(error: BaseException | None) -> Iterator[dict[str, Any]]:
    while error is not None:
        named: dict[str, Any] = {"type": type(error).__name__, "where": _frames(error.__traceback__)}
        if isinstance(error, _TELLING):
            named["message"] = str(error).partition("\n")[0]
        yield named
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)


def _frames(trace: TracebackType | None) -> list[str]:
    frames = traceback.extract_tb(trace)[-_MOST_FRAMES:]
    return [f"{'/'.join(frame.filename.split('/')[-2:])}:{frame.lineno} {frame.name}" for frame in frames]


def _without_secrets(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {name: _SECRETS.sub("…", value) if isinstance(value, str) else value for name, value in event.items()}
