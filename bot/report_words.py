"""Says in plain words what the training report counts: shares of a hundred, thresholds, targets."""

from collections.abc import Mapping
from typing import Any

from bot.report_pictures import Part, share_of

LANGUAGE_NAMES = {"en": "English", "de": "German"}
KINDS = {
    "question": "Questions an article answers",
    "topic": "Messages that only name a topic",
    "absent": "Questions whose article is missing",
    "out_of_scope": "Messages about something else",
}
THRESHOLDS = {
    "answer": "answered directly, from a confidence in the topic of",
    "suggest": "offered a choice, from a confidence in the three best articles together of",
}
LEGEND = {
    "right": "answered, rightly",
    "wrong": "answered with another article",
    "offered": "offered, the right one among them",
    "missed": "offered, the right one missing",
    "person": "handed to a person",
}


def in_a_hundred(language: str, kinds: Mapping[str, Any]) -> tuple[str, ...]:
    """Say of a hundred messages of each kind how many are answered, offered and handed over."""
    said = []
    for kind, of in _OF_A_HUNDRED.items():
        if kind in kinds and kinds[kind]["messages"]:
            said.append(of.format(language=language, **_hundredths(kinds[kind])))
    return tuple(said)


_OF_A_HUNDRED = {
    "question": (
        "Of 100 questions in {language} it answers {answered} directly, {answered_wrong} of them with another article; "
        "for {suggested} it offers up to three articles, {suggested_right} times with the right one among them; "
        "{no_answer} it hands to a person."
    ),
    "topic": (
        "Of 100 messages that only name a topic it answers {answered}, offers articles for {suggested}, "
        "and hands {no_answer} to a person."
    ),
    "absent": (
        "Of 100 questions whose article is missing it answers {answered} with a neighbouring one, "
        "offers articles for {suggested}, and hands {no_answer} to a person."
    ),
    "out_of_scope": (
        "Of 100 messages about something else it answers {answered}, offers articles for {suggested}, "
        "and hands {no_answer} to a person."
    ),
}


def parts_of(counts: Mapping[str, int]) -> list[Part]:
    """Split a kind's messages into what became of them."""
    numbers = {
        "right": counts["answered"] - counts["answered_wrong"],
        "wrong": counts["answered_wrong"],
        "offered": counts["suggested_right"],
        "missed": counts["suggested"] - counts["suggested_right"],
        "person": counts["no_answer"],
    }
    return [Part(colour, LEGEND[colour], number) for colour, number in numbers.items()]


def missed(counts: Mapping[str, int]) -> float:
    """Give the share of messages whose right article was neither the answer nor offered."""
    shown = counts["answered"] - counts["answered_wrong"] + counts["suggested_right"]
    return 1 - shown / max(1, counts["messages"])


def reached(kinds: Mapping[str, Mapping[str, int]]) -> dict[str, tuple[str, float]]:
    """Say of each target what it limits, and the share measured; what merely names its topic is not counted there."""
    judged = [
        (counts["answered"] if kind != "topic" else counts["off_topic"], counts)
        for kind, counts in kinds.items()
        if kind != "absent"
    ]
    answered = max(1, sum(number for number, _ in judged))
    messages = max(1, sum(counts["messages"] for kind, counts in kinds.items() if kind not in ("absent", "topic")))
    wrong = sum(counts["answered_wrong"] for _, counts in judged)
    off_topic = sum(counts["off_topic"] for _, counts in judged)
    outside = kinds.get("out_of_scope", {"answered": 0, "suggested": 0, "messages": 0})
    return {
        "wrong": ("of the direct answers give another article than the right one", wrong / answered),
        "off_topic": ("of the messages are answered with another topic", off_topic / messages),
        "outside_answered": ("of what is about something else is answered", share_of(outside, "answered", "messages")),
        "outside_offered": (
            "of what is about something else is offered articles",
            share_of(outside, "suggested", "messages"),
        ),
    }


def _hundredths(counts: Mapping[str, int]) -> dict[str, str]:
    """Write each count as so many of a hundred; the three verdicts add up to a hundred."""
    verdicts = ("answered", "suggested", "no_answer")
    exact = {name: 100 * counts[name] / counts["messages"] for name in (*verdicts, "answered_wrong", "suggested_right")}
    whole = {name: int(share) for name, share in exact.items()}
    missing = 100 - sum(whole[name] for name in verdicts)
    for name in sorted(verdicts, key=lambda name: whole[name] - exact[name])[:missing]:
        whole[name] += 1
    whole |= {name: round(exact[name]) for name in ("answered_wrong", "suggested_right")}
    return {name: _counted(whole[name], counts[name]) for name in exact}


def _counted(whole: int, count: int) -> str:
    if whole:
        return str(whole)
    return "fewer than 1" if count else "none"
