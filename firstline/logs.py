"""Sets logging up: one JSON object a line, no secret, no word of what people wrote."""

import logging

import structlog


def configure_logs() -> None:
    """Log as one JSON object a line, without what people wrote, and no library's addresses."""
    logging.basicConfig(level=logging.WARNING)
    for name in ("httpx", "httpcore", "telegram"):
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        cache_logger_on_first_use=True,
    )
