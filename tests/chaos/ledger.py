"""The client's own ledger: what was sent, acknowledged and seen, and the comparison with the record at the end."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.chaos.transcript import Flaw

Message = Mapping[str, Any]

SENT = ("messages on the web", "messages on Telegram", "messages of agents")


@dataclass
class Sent:
    """One message under its id: acknowledged at `seq`, or refused for good.

    `behind` is the highest place that had been acknowledged in its conversation before it was sent.
    """

    text: str
    choice: str | None = None
    id: str = field(default_factory=lambda: str(uuid.uuid4()))
    behind: int = 0
    seq: int | None = None
    refused: bool = False

    @property
    def body(self) -> dict[str, str]:
        """Give it as the desk takes it."""
        return {"id": self.id, "choice": self.choice} if self.choice else {"id": self.id, "text": self.text}


@dataclass
class Talk:
    """One conversation as its visitor knows it: what they sent, and what they saw, in the order they saw it."""

    id: str
    sent: list[Sent] = field(default_factory=list)
    seen: list[Message] = field(default_factory=list)
    status: str = "with_bot"

    @property
    def last(self) -> int:
        """The place of the newest message seen."""
        return self.seen[-1]["seq"] if self.seen else 0

    @property
    def acknowledged(self) -> int:
        """The highest place that was acknowledged."""
        return max((sent.seq or 0 for sent in self.sent), default=0)


@dataclass
class Ledger:
    """What all clients know together."""

    counts: Counter[str] = field(default_factory=Counter)
    flaws: list[Flaw] = field(default_factory=list)
    talks: list[Talk] = field(default_factory=list)
    agents_sent: dict[str, list[Sent]] = field(default_factory=dict)  # by conversation
    claims: dict[str, list[str]] = field(default_factory=dict)  # names of agents, by conversation

    @property
    def sent(self) -> int:
        """How many messages were sent by everybody, repeats not counted."""
        return sent_by_all(self.counts)

    def flaw(self, kind: str, conversation: str, what: str) -> None:
        """Note something that should never be."""
        self.flaws.append(Flaw(kind, conversation, what))

    def acknowledge(self, conversation: str, sent: Sent, seq: int) -> None:
        """Note the place a message got; every acknowledgement must name the same."""
        self.counts["acknowledgements"] += 1
        if sent.seq not in (None, seq):
            self.flaw("doubled", conversation, f"acknowledged at {sent.seq} and at {seq}: {sent.text}")
        sent.seq = seq

    def see(self, talk: Talk, message: Message) -> None:
        """Note a message that reached the visitor; each must be the next one."""
        self.counts["messages seen"] += 1
        if message["seq"] != talk.last + 1:
            self.flaw("out of order", talk.id, f"saw {message['seq']} after {talk.last}")
        talk.seen.append(message)

    def compare(self, conversation: str, author: str, sent: Sequence[Sent], record: Sequence[Message]) -> None:
        """Find every message of one author in the record exactly once, where it was acknowledged, in order."""
        said = Counter(message["text"] for message in record if message["author"] == author)
        wanted = Counter(one.text for one in sent if one.seq is not None)
        for one in sent:
            if one.seq is None and not one.refused:
                self.flaw("lost", conversation, f"never acknowledged: {one.text}")
            if one.seq is not None:
                self._find(conversation, author, one, record)
        for text, count in said.items():
            if count > wanted[text]:
                self.flaw("doubled", conversation, f"{count} times instead of {wanted[text]}: {text}")

    def _find(self, conversation: str, author: str, one: Sent, record: Sequence[Message]) -> None:
        assert one.seq is not None
        there = record[one.seq - 1] if one.seq <= len(record) else {"author": "nobody", "text": ""}
        if (there["author"], there["text"]) != (author, one.text):
            self.flaw("lost", conversation, f"{one.seq} holds {there['text']!r} instead of {one.text!r}")
        if one.seq <= one.behind:
            self.flaw("out of order", conversation, f"{one.text!r} at {one.seq}, sent after {one.behind}")


def sent_by_all(counts: Counter[str]) -> int:
    """Give how many messages visitors and agents sent, repeats not counted."""
    return sum(counts[name] for name in SENT)
