"""How the bot behaves whatever is asked: when a person takes over at once, and when it asks back."""

from dataclasses import replace

from bot.actions.heard import Heard
from bot.actions.memory import Memory
from bot.actions.said import Said
from bot.reply import Decision, HandoffReason
from knowledge_base.topics import TOPICS


def first_of_all(heard: Heard, memory: Memory) -> Said | None:
    """Give what must happen before any answer is thought of, if anything."""
    if heard.human_request:
        return hand_over("human_request", heard, memory)
    if (heard.frustration == "strong" and not heard.is_wordless) or (heard.is_annoyed and memory.frustration > 1):
        return hand_over("frustrated", heard, memory)
    if memory.is_enough:
        return hand_over("not_helpful", heard, memory)
    if heard.refuses_a_person:
        return Said("utter_without_a_person", "dialogue", memory)
    if heard.is_wordless:
        return ask("utter_ask_unclear", "low_confidence", heard, memory.missed())
    return None


def hand_over(reason: HandoffReason, heard: Heard, memory: Memory) -> Said:
    """Ask for a person; what happens next is not the bot's to say."""
    if heard.is_question and heard.candidates:
        memory = replace(memory, candidates=heard.candidates)
    decision: Decision = "no_answer" if reason == "low_confidence" else "handoff"
    topic = _topic(heard, memory)
    words = "out_of_scope" if reason == "low_confidence" and heard.intent == "out_of_scope" else reason
    return Said(f"utter_handoff_{words}", decision, memory.handed_over(), handoff_reason=reason, topic=topic)


def ask(response: str | None, reason: HandoffReason, heard: Heard, memory: Memory) -> Said:
    """Ask back, or get a person for `reason` if that would be once too often."""
    if memory.is_enough:
        return hand_over(reason, heard, memory)
    return Said(response, "dialogue", memory)


def remember(heard: Heard, memory: Memory) -> Memory:
    """Take note of a message before anything is decided: language, facts, mood, and choices clicked on the way."""
    language = memory.language if _names_only(heard, memory) else heard.language
    memory = replace(memory.noting(heard.facts), language=language or memory.language)
    if heard.is_annoyed:
        memory = replace(memory, frustration=memory.frustration + 1)
    if "not_helped" in heard.clicked:
        return memory.failed()
    return memory.relieved() if "helped" in heard.clicked else memory


def _names_only(heard: Heard, memory: Memory) -> bool:
    """Tell whether one word answers what was asked: "iPhone" is no language."""
    is_asked = memory.asked is not None and memory.asked == memory.last_article
    return is_asked and memory.language is not None and len(heard.text.split()) == 1


def _topic(heard: Heard, memory: Memory) -> str | None:
    """Give what the message is about, or else what was talked about before."""
    if heard.is_question:
        return heard.intent if heard.intent in TOPICS else None
    return memory.stuck or (memory.candidates[0].topic if memory.candidates else None)
