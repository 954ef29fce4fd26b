"""Hears a message in its conversation: alone, as a correction, or together with the last question."""

import re
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bot.choices import meaning_of
from bot.phrases import Phrases
from bot.utterances import Breath
from knowledge_base.topics import TOPICS
from knowledge_base.words import tokens

RULES = Path(__file__).parent / "rules" / "conversation.yml"

Understood = dict[str, Any]
_MOODS = ("none", "mild", "strong")
_SHORT = 8  # words a message may have that leans on what was said before
_FEWEST = 3  # words of one of several questions
_MOST_PARTS = 3
_LONGEST = 500  # characters of a message that is looked through for several questions
_CLEAR = 0.5  # an intent more likely than all others together
_ADDS_NOTHING = re.compile(  # to the one word that names a system or a device
    r"a|an|am|at|auf|aus|bei|beim|das|dem|den|der|die|ein|eine|einem|einen|einer|es|for|from|fuer|im|in|is|ist|it|it's|its|"
    r"mein|meine|meinem|meinen|meiner|mit|my|of|on|the|under|unter|von|with"
)
_CALM = {"frustration": "none", "human_request": False}
_BETWEEN = re.compile(r"[.?!;\n]+\s|\n|,?\s(?:and|und|also|außerdem|ausserdem|plus)\s", re.IGNORECASE)


class Hearing:
    """What is said in one breath, as the actions read it; `understand` gives what the pipeline makes of a text."""

    def __init__(self, understand: Callable[[str], Understood], rules: Path = RULES) -> None:
        self._understand = understand
        self._cues = Phrases.read(rules)

    def of(self, breath: Breath, slots: Mapping[str, Any]) -> Understood:
        """Give the message; a choice means what it means, whatever is said beside it."""
        understood = self._alone(breath.text)
        if len(breath.texts) > 1:
            understood["signals"] = _strongest([understood, *(self._alone(text) for text in breath.texts)])
        if breath.choice:
            understood |= {"text": breath.choice.title, **meaning_of(breath.choice.value), "verdict": None}
        elif understood["text"].strip():
            understood |= self._in_context(understood, slots)
        return {**understood, "clicked": list(breath.clicked)}

    def _alone(self, text: str) -> Understood:
        """Give a text by itself; "Windows" or "on my Mac" says no more than that."""
        if not text.strip():
            return _nothing(text)
        understood = self._understand(text)
        if not understood.get("facts") or sum(not _ADDS_NOTHING.fullmatch(word) for word in tokens(text)) > 1:
            return understood
        is_topic = understood["intent"]["name"] in TOPICS
        return {**understood, "signals": _CALM, **({} if is_topic else {"intent": _nothing(text)["intent"]})}

    def _in_context(self, understood: Understood, slots: Mapping[str, Any]) -> Understood:
        """Give what else the conversation makes of a text: its cues, and another reading of it if there is a better.

        The mood of a correction is that of its words without the "no": who corrects us is not angry for that.
        """
        cues, words = self._cues.found(understood["text"]), tokens(understood["text"])
        heard: Understood = {"cues": list(cues)}
        if len(words) <= _SHORT and slots.get("question"):
            meant = self._meant(_after(cues.get("correction"), words), slots)
            heard |= self._together(meant or understood, cues, slots, is_correction=bool(meant))
            heard |= {"signals": meant["signals"]} if meant and "signals" in meant else {}
        if len(words) >= 2 * _FEWEST and "follows" not in heard:
            heard["also"] = self._also(understood["text"])
        return heard

    def _meant(self, text: str, slots: Mapping[str, Any]) -> Understood | None:
        """Give what stands behind "no, " if it is about something, and the bot is waiting for a yes or no."""
        if not text or slots.get("expecting") not in ("feedback", "choice"):
            return None
        meant = self._understand(text)
        return meant if meant["intent"]["name"] in TOPICS or meant.get("facts") else None

    def _together(
        self, alone: Understood, cues: Mapping[str, str], slots: Mapping[str, Any], *, is_correction: bool
    ) -> Understood:
        """Give the reading of a short message that is better than its words alone, if there is one."""
        by_itself = _reading(alone) if is_correction and _is_clear(alone) else {}
        if not _leans(alone, cues, is_correction=is_correction):
            return by_itself
        together = self._understand(f"{slots['question']} {alone['text']}")
        if not _is_clear(together):
            return by_itself
        if by_itself and alone["intent"]["name"] != together["candidates"][0]["topic"]:
            return by_itself
        says_nothing_new = not alone.get("facts") and not is_correction
        if says_nothing_new and together["candidates"][0]["article"] == slots.get("last_article"):
            return by_itself
        return {**_reading(together), "follows": True}

    def _also(self, text: str) -> list[Mapping[str, Any]]:
        """Give the articles that answer the questions of a message by topic; one question in many words has none.

        The shortest part is heard first: if it is no question of its own, the others need not be.
        """
        by_topic: dict[str, Mapping[str, Any]] = {}
        parts = sorted(_parts(text), key=len)
        for number, part in enumerate(parts):
            heard = self._understand(part)
            if heard.get("verdict") == "answer" and _is_question(heard):
                best = heard["candidates"][0]
                by_topic[best["topic"]] = max(by_topic.get(best["topic"], best), best, key=_confidence)
            if len(by_topic) + len(parts) - number - 1 < 2:  # noqa: PLR2004  two make several
                return []
        return sorted(by_topic.values(), key=_confidence, reverse=True)


def _parts(text: str) -> list[str]:
    """Give the sentences or questions of a message; nothing if it is but one, or many."""
    parts = [part for part in _BETWEEN.split(text) if len(tokens(part)) >= _FEWEST]
    return parts if len(text) <= _LONGEST and 1 < len(parts) <= _MOST_PARTS else []


def _confidence(candidate: Mapping[str, Any]) -> float:
    return float(candidate["confidence"])


def _leans(understood: Understood, cues: Mapping[str, str], *, is_correction: bool) -> bool:
    """Tell whether a short message is only understood with what was asked before."""
    names_something = bool(understood.get("facts"))
    if not _is_question(understood) or understood.get("verdict") == "answer":
        return "elsewhere" in cues and names_something
    unclear = understood["intent"]["name"] not in TOPICS or understood["intent"].get("confidence", 0.0) < _CLEAR
    is_more = names_something or "further" in cues or "elsewhere" in cues
    return is_correction or ("elsewhere" in cues and names_something) or (unclear and is_more)


def _is_clear(understood: Understood) -> bool:
    return _is_question(understood) and understood.get("verdict") in ("answer", "suggest")


def _is_question(understood: Understood) -> bool:
    intent = understood["intent"]["name"]
    return intent in TOPICS or intent in (None, "out_of_scope")


def _reading(understood: Understood) -> Understood:
    """Give what a message asks; mood, language and facts are those of the words really said."""
    return {name: understood[name] for name in ("intent", "candidates", "verdict") if name in understood}


def _after(found: str | None, words: Sequence[str]) -> str:
    """Give what follows a phrase that a message begins with, if it is more than a word."""
    start = len(tokens(found or ""))
    begins = start and tokens(found or "") == list(words[:start])
    return " ".join(words[start:]) if begins and len(words) > start + 1 else ""


def _nothing(text: str) -> Understood:
    """Give a message without a text: about nothing we know."""
    return {"text": text, "intent": {"name": "out_of_scope", "confidence": 1.0}, "entities": []}


def _strongest(parts: Sequence[Mapping[str, Any]]) -> Understood:
    """Give the strongest signals of several messages, so that a wish for a person does not drown in other words."""
    signals = [part.get("signals") or {} for part in parts]
    wishes = [part["intent"]["name"] == "human_request" for part in parts]
    return {
        "human_request": any(wishes) or any(signal.get("human_request") for signal in signals),
        "frustration": max((signal.get("frustration", "none") for signal in signals), key=_MOODS.index),
    }
