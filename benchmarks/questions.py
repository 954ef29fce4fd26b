"""Gives the questions visitors ask: the articles' own, each in words that no model was trained on."""

import random
from collections.abc import Iterator
from itertools import count, islice

from knowledge_base.articles import LANGUAGES, Language
from knowledge_base.loading import load

A_CONVERSATION = 10  # questions, then the visitor begins a new one
# An ending makes a trained question a new text, so that nothing that remembers texts has seen it.
_ENDINGS: dict[Language, tuple[str, ...]] = {
    "en": (" since this morning", " today", " at the moment", " on my work computer", " in the office", " at home"),
    "de": (" seit heute früh", " heute", " im Moment", " an meinem Dienstrechner", " im Büro", " im Homeoffice"),
}

Conversation = tuple[Language, list[str]]


def conversations(seed: int) -> Iterator[Conversation]:
    """Give language and questions of one conversation after the other, English and German by turns, without end.

    The same seed gives the same questions; a text comes again only after several thousand others.
    """
    streams = {language: _texts(language, seed) for language in LANGUAGES}
    for number in count():
        language = LANGUAGES[number % len(LANGUAGES)]
        yield language, list(islice(streams[language], A_CONVERSATION))


def _texts(language: Language, seed: int) -> Iterator[str]:
    texts = [article.texts[language] for article in load().articles.values()]
    questions = [question for text in texts for question in (*text.questions, *text.golden)]
    random.Random(seed).shuffle(questions)  # noqa: S311  no secret
    endings = _ENDINGS[language]
    for lap in count():
        for place, question in enumerate(questions):
            yield question.rstrip(" .?!") + endings[(place + lap) % len(endings)]
