"""Which article to give: by the verdict, and never again one that did not help."""

from dataclasses import replace

from bot.actions.heard import Heard
from bot.actions.manners import ask, hand_over
from bot.actions.memory import Memory, Ranked
from bot.actions.said import Said

_MOST_SUGGESTIONS = 3


def answer(heard: Heard, memory: Memory) -> Said:
    """Answer a question as the verdict says."""
    if "correction" in heard.cues:
        memory = memory.corrected(heard.candidates)
    memory = replace(memory, candidates=heard.candidates)
    if heard.verdict == "answer" and heard.candidates and not _is_surer_of_each(heard):
        return _best(heard, memory)
    if len(heard.also) > 1:
        memory = replace(memory, candidates=heard.also)
        return suggest("utter_suggest_each", memory.untried, heard, memory.missed())
    if heard.verdict == "suggest":
        response = "utter_suggest_with_sympathy" if heard.is_annoyed else "utter_suggest"
        return suggest(response, memory.untried, heard, memory.missed())
    return hand_over("low_confidence", heard, memory)


def _is_surer_of_each(heard: Heard) -> bool:
    """Tell whether a message's questions are clear one by one, and less so together."""
    together = heard.candidates[0].confidence or 0.0
    return len(heard.also) > 1 and all((each.confidence or 0.0) > together for each in heard.also)


def _best(heard: Heard, memory: Memory) -> Said:
    """Give the best article, and offer the one on what else was asked."""
    best = heard.candidates[0]
    if heard.follows and best.article == memory.last_article and "correction" not in heard.cues:
        others = tuple(r for r in memory.untried if r.topic == best.topic and r != best)
        return suggest("utter_suggest_elsewhere", others, heard, memory.missed())
    said = choose(best, heard, memory)
    if said.article != best:
        return said
    others = tuple(r for r in heard.also if r.topic != best.topic and r.article not in memory.tried)
    return replace(said, beside=others[:1])


def choose(ranked: Ranked, heard: Heard, memory: Memory) -> Said:
    """Give an article, unless it was just given or did not help: then something else."""
    waiting = memory.expecting == "feedback" and memory.last_article == ranked.article
    if waiting or ranked.article in memory.tried:
        just_given = None if waiting else memory.last_article
        memory = replace(memory, last_article=ranked.article, candidates=_but(just_given, memory.candidates))
        return did_not_help(replace(heard, candidates=_but(just_given, heard.candidates)), memory)
    return give("utter_answer_with_sympathy" if heard.is_annoyed else "utter_answer", ranked, memory)


def did_not_help(heard: Heard, memory: Memory) -> Said:
    """Make one better attempt after the last article failed, or get a person."""
    nothing_failed, memory = memory.last_article is None, memory.failed()
    if memory.is_enough or nothing_failed:
        return ask("utter_ask_in_other_words", "not_helpful", heard, memory)
    if heard.verdict == "answer" and heard.candidates:  # a complaint that says more: "no, it shows error 809"
        memory = replace(memory, candidates=heard.candidates)
    if memory.likely_next:
        return give("utter_answer_instead", memory.likely_next, memory)
    related = tuple(ranked for ranked in memory.untried if ranked.topic == memory.stuck)
    if related:
        return suggest("utter_suggest_instead", related, heard, memory)
    return Said("utter_ask_in_other_words", "dialogue", memory)


def give(response: str, ranked: Ranked, memory: Memory) -> Said:
    """Give an article and wait for whether it helped."""
    return Said(response, "answer", memory.answered_with(ranked), article=ranked)


def suggest(response: str, choices: tuple[Ranked, ...], heard: Heard, memory: Memory) -> Said:
    """Offer up to three articles; with none left to offer, or asked once too often, get a person."""
    if not choices:
        return hand_over("low_confidence", heard, memory)
    said = ask(response, "low_confidence", heard, replace(memory, expecting="choice"))
    if said.handoff_reason:
        return said
    return replace(said, decision="suggest", suggestions=choices[:_MOST_SUGGESTIONS])


def _but(article: str | None, candidates: tuple[Ranked, ...]) -> tuple[Ranked, ...]:
    """Give the candidates but one that stands in front of the visitor already."""
    return tuple(ranked for ranked in candidates if ranked.article != article)
