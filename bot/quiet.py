"""Keeps Rasa and TensorFlow quiet; called before either is imported."""

import logging
import os


def quieten() -> None:
    """Switch telemetry off and log warnings only.

    Rasa logs every turn at debug through structlog unless a filtering logger is configured first; that alone doubles
    a turn's time.
    """
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    os.environ.setdefault("SQLALCHEMY_SILENCE_UBER_WARNING", "1")
    os.environ.setdefault("LOG_LEVEL", "ERROR")  # Rasa's own switch for its progress bars
    logging.captureWarnings(capture=True)  # Rasa's dependencies deprecate each other; nobody here can act on it
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    import structlog

    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING), cache_logger_on_first_use=True
    )
