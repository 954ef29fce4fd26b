"""What the bot remembers of a conversation: the slots of the domain as one value."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Literal

Expecting = Literal["feedback", "choice", "more"]
ENOUGH = 2  # unanswered messages in a row after which a person takes over
_MOST_TRIED = 20
_MOST_CANDIDATES = 5
_MOST_FACTS = 10
_LONGEST_FACT = 80
_LONGEST_QUESTION = 300
_PHONES = ("iPhone", "iPad", "mobile phone", "tablet")
_COMPUTERS = ("MacBook", "Surface", "ThinkPad", "laptop", "computer")
_PHONE_SYSTEMS = ("iOS", "Android")


@dataclass(frozen=True)
class Ranked:
    """An article as the pipeline ranked it; `confidence` is unknown for one that was only clicked."""

    article: str
    topic: str
    confidence: float | None = None

    @classmethod
    def from_json(cls, item: Mapping[str, Any]) -> "Ranked":
        """Read one of the pipeline's candidates."""
        return cls(item["article"], item["topic"], item.get("confidence"))


@dataclass(frozen=True)
class Memory:
    """The slots.

    `tried` are articles that did not help, `stuck` the topic of the latest of them, `unanswered` the messages in a
    row that got no answer or one that did not help, `expecting` what a bare "yes" or "no" would be about, `question`
    the last one in the visitor's words, `asked` the article that last asked something back, `variant` for which fact
    the last article's steps were given, `unsure` the facts the visitor cannot say.
    """

    language: str | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    tried: tuple[str, ...] = ()
    stuck: str | None = None
    last_article: str | None = None
    candidates: tuple[Ranked, ...] = ()
    unanswered: int = 0
    frustration: int = 0
    expecting: Expecting | None = None
    question: str | None = None
    asked: str | None = None
    variant: str | None = None
    unsure: tuple[str, ...] = ()

    @classmethod
    def from_slots(cls, slots: Mapping[str, Any]) -> "Memory":
        """Read the slots; one that is not set counts as empty."""
        known = {name.name: slots[name.name] for name in fields(cls) if slots.get(name.name) is not None}
        known |= {name: tuple(known.get(name, ())) for name in ("tried", "unsure")}
        known["candidates"] = tuple(Ranked.from_json(c) for c in known.get("candidates", ()))
        return cls(**known)

    def to_slots(self) -> dict[str, Any]:
        """Give the slots as plain JSON values, small whatever was said."""
        slots = asdict(self)
        slots |= {"tried": list(self.tried[-_MOST_TRIED:]), "unsure": list(self.unsure)}
        slots["candidates"] = list(slots["candidates"][:_MOST_CANDIDATES])
        return slots

    def noting(self, facts: Mapping[str, str]) -> "Memory":
        """Remember facts, the newer of two; the system of a computer says nothing about a phone."""
        kept = dict(self.facts)
        if "device" in facts and _is_other_kind(facts["device"], kept.get("system", "")):
            del kept["system"]
        merged = {**kept, **{name: str(value)[:_LONGEST_FACT] for name, value in facts.items()}}
        return replace(self, facts=dict(list(merged.items())[-_MOST_FACTS:]))

    def asking(self, question: str) -> "Memory":
        """Remember what was asked, for messages that only make sense with it."""
        return replace(self, question=question[:_LONGEST_QUESTION])

    def missed(self) -> "Memory":
        """Count a message that got no answer."""
        return replace(self, unanswered=self.unanswered + 1)

    def answered_with(self, ranked: Ranked) -> "Memory":
        """Remember an answer; it ends the count unless it is about what the bot is already stuck with."""
        unanswered = self.unanswered if ranked.topic == self.stuck else 0
        known = any(candidate.article == ranked.article for candidate in self.candidates)
        candidates = self.candidates if known else (ranked, *self.candidates)
        after = replace(self, last_article=ranked.article, expecting="feedback", unanswered=unanswered, variant=None)
        return replace(after, candidates=candidates)

    def failed(self) -> "Memory":
        """Remember that the last article did not help."""
        topics = {ranked.article: ranked.topic for ranked in self.candidates}
        article = self.last_article
        tried = (*(t for t in self.tried if t != article), article) if article else self.tried
        stuck = topics.get(article, self.stuck) if article else self.stuck
        return replace(self.missed(), tried=tried, stuck=stuck, last_article=None, expecting=None)

    def corrected(self, candidates: tuple[Ranked, ...]) -> "Memory":
        """Remember that the last article was not what was meant, unless the new words lead to it again."""
        article = self.last_article
        if article is None or article in self.tried or (candidates and candidates[0].article == article):
            return self
        return replace(self, tried=(*self.tried, article))

    def relieved(self) -> "Memory":
        """Forget all trouble: something helped."""
        return replace(self, unanswered=0, frustration=0, stuck=None, last_article=None, expecting="more")

    def handed_over(self) -> "Memory":
        """Start afresh for the time after a person, but never offer again what did not help."""
        return replace(self, unanswered=0, frustration=0, stuck=None, last_article=None, expecting=None)

    @property
    def is_enough(self) -> bool:
        """Whether it is time for a person."""
        return self.unanswered >= ENOUGH

    @property
    def untried(self) -> tuple[Ranked, ...]:
        """Candidates that have not failed, best first."""
        return tuple(ranked for ranked in self.candidates if ranked.article not in self.tried)

    @property
    def likely_next(self) -> Ranked | None:
        """The best candidate left, if it is likelier to be right than not, now that others are ruled out."""
        left = [(ranked.confidence or 0.0) for ranked in self.untried]
        ruled_out = sum(ranked.confidence or 0.0 for ranked in self.candidates if ranked.article in self.tried)
        rest = max(1.0 - ruled_out, sum(left))
        return self.untried[0] if left and rest > 0 and left[0] / rest > 0.5 else None  # noqa: PLR2004  even odds


def _is_other_kind(device: str, system: str) -> bool:
    """Tell whether a device cannot be the one the system was said of."""
    if system in _PHONE_SYSTEMS:
        return device in _COMPUTERS
    return bool(system) and device in _PHONES
