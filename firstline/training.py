"""Trains the bot for the command line and says how it goes."""

import sys
import time

from bot.training import TrainingFailed, current_model, is_current
from bot.training import train as train_bot
from firstline.settings import Settings
from knowledge_base.problems import KnowledgeBaseBroken
from knowledge_base.weights import WeightsRefused


def train(settings: Settings, *, if_needed: bool, quiet: bool = False) -> str | None:
    """Train, or see that nothing is to be trained; gives the sentence to fail with, or None.

    A broken article ends it with every problem listed; the last good model stays in use.
    """
    if if_needed and is_current(settings.models):
        return None
    _say("The bot is being trained; this takes five to ten minutes.")
    started = time.monotonic()
    try:
        train_bot(settings.models, _say if not quiet else _nothing)
    except KnowledgeBaseBroken as broken:
        for problem in broken.problems:
            _say(str(problem))
        kept = " The last good model stays in use." if current_model(settings.models) else ""
        return f"The knowledge base has {len(broken.problems)} problem(s) to mend.{kept}"
    except (TrainingFailed, WeightsRefused) as failed:
        return str(failed)
    _say(f"The bot is trained ({time.monotonic() - started:.0f} s).")
    return None


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)  # noqa: T201  the command's output


def _nothing(_: str) -> None:
    pass
