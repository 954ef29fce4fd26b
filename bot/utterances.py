"""What the visitor said in one breath, and what of it the turn is about: one text, or one choice."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.choices import ARTICLE, HELPED, HUMAN, NOT_HELPED, is_known
from bot.reply import Choice, Utterance

_LONGEST_TEXT = 4000  # characters; what is longer says it before
_MOST_TEXTS = 10  # in one breath; more pile up only while nobody answers
_DECORATION = re.compile("[\U0001f3fb-\U0001f3ff\ufe0f]")  # skin tones, emoji presentation
_THUMBS: Mapping[str, str] = {"👍": HELPED, "👎": NOT_HELPED}


@dataclass(frozen=True)
class Breath:
    """One turn's worth: the texts, the choice that decides (if one does), other choices on the way."""

    texts: tuple[str, ...]
    choice: Choice | None = None
    clicked: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The texts as one."""
        return "\n".join(self.texts)[:_LONGEST_TEXT]


def one_breath(utterances: Sequence[Utterance], offered: Sequence[Choice]) -> Breath:
    """Join a burst: a wish for a person comes first, then what was typed, then the last choice.

    A choice may be typed as well: its title, its number in the list, or a thumb where it can be meant.
    """
    said = [(utterance, choice_in(utterance, offered)) for utterance in utterances]
    texts = tuple(utterance.text[:_LONGEST_TEXT] for utterance, choice in said if choice is None)
    choices = [choice for _, choice in said if choice]
    deciding = _deciding(choices, is_last=bool(said and said[-1][1]), is_alone=not any(text.strip() for text in texts))
    on_the_way = dict.fromkeys(choice.value for choice in choices if choice != deciding)
    return Breath(texts[-_MOST_TEXTS:], deciding, tuple(on_the_way))


def choice_in(utterance: Utterance, offered: Sequence[Choice]) -> Choice | None:
    """Give the choice an utterance is, clicked or typed; a number counts where articles stand to choose from."""
    if utterance.choice and is_known(utterance.choice):
        return Choice(utterance.text, utterance.choice)
    typed = _DECORATION.sub("", utterance.text).strip().casefold().rstrip(".!)")
    titles = {choice.title.casefold(): choice for choice in offered}
    numbers = {str(number): choice for number, choice in enumerate(offered, start=1)}
    thumbs = {thumb: choice for thumb, value in _THUMBS.items() for choice in offered if choice.value == value}
    is_list = any(choice.value.startswith(ARTICLE) for choice in offered)
    return {**thumbs, **titles, **(numbers if is_list else {})}.get(typed)


def _deciding(choices: Sequence[Choice], *, is_last: bool, is_alone: bool) -> Choice | None:
    for choice in choices:
        if choice.value == HUMAN:
            return choice
    if choices and (is_alone or (is_last and choices[-1].value.startswith(ARTICLE))):
        return choices[-1]
    return None
