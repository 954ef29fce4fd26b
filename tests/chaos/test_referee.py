"""The referee sees what it is there for: each flaw is found, and what is allowed is not called one."""

from collections.abc import Sequence

import pytest

from tests.chaos.ledger import Ledger, Sent, Talk
from tests.chaos.transcript import Flaw, Transcript, arrivals

JOINED = ("system", "Ann has joined. You are now writing with a person.")
RETURNED = (
    "system",
    "Ann has handed the chat back. You are writing with the bot again; ask for a person at any time.",
)
CALLED = "I am calling a colleague from the IT Service Desk for you, somebody will be with you shortly."
TICKET = "Your ticket is **IT-1**; you do not need to explain anything twice."
CALLING = ("bot", f"A person for: v1-m1\n\n{CALLED} {TICKET}")
Line = tuple[str, str]


def record(*lines: Line) -> list[dict[str, object]]:
    """Give a record."""
    return [{"seq": place, "author": author, "text": text} for place, (author, text) in enumerate(lines, start=1)]


def kinds(flaws: Sequence[Flaw]) -> list[str]:
    """Give the kinds of what was found."""
    return [flaw.kind for flaw in flaws]


def test_a_good_conversation_has_no_flaw():
    """Question, answer, handoff, person, back to the bot: nothing to complain about."""
    asked = [("visitor", "v1-m0"), ("bot", "echo: v1-m0"), ("visitor", "v1-m1"), CALLING, ("visitor", "v1-m2"), JOINED]
    more = [("agent", "Ann says 1"), ("visitor", "v1-m3"), RETURNED, ("visitor", "v1-m4"), ("bot", "echo: v1-m4")]
    transcript = Transcript("one").read(record(*asked, *more)).end("with_bot")
    assert transcript.flaws == []
    assert transcript.handoffs == 1


@pytest.mark.parametrize(
    ("lines", "status", "kind"),
    [
        ([("visitor", "v1-m0"), JOINED, ("bot", "echo: v1-m0")], "with_agent", "talked over"),
        ([("visitor", "v1-m1"), CALLING, ("visitor", "v1-m2"), ("bot", "echo: v1-m2")], "waiting", "talked over"),
        ([("visitor", "v1-m0"), ("agent", "Ann says 1"), ("bot", "echo: v1-m0")], "with_bot", "talked over"),
        ([("visitor", "v1-m0"), ("bot", "echo: v1-m0"), ("bot", "echo: v1-m0")], "with_bot", "doubled"),
        ([("visitor", "v1-m0"), ("bot", "echo: v1-m0"), ("visitor", "v1-m1")], "with_bot", "stuck"),
        ([("visitor", "v1-m0"), ("bot", "echo: v1-m0")], "waiting", "unclear"),
    ],
)
def test_a_flaw_in_a_conversation_is_seen(lines: list[Line], status: str, kind: str):
    """A bot that talks over a person, an answer twice, one that never comes, a handoff without an outcome."""
    assert kinds(Transcript("one").read(record(*lines)).end(status).flaws)[0] == kind


def test_a_gap_is_seen():
    """A place that is missing from a record is a flaw."""
    first, _, third = record(("visitor", "v1-m0"), ("bot", "echo: v1-m0"), ("visitor", "v1-m1"))
    assert "out of order" in kinds(Transcript("one").read([first, third]).flaws)


@pytest.mark.parametrize(
    ("lines", "kind"),
    [
        ([("visitor", "v1-m1")], "lost"),
        ([("visitor", "v1-m0"), ("visitor", "v1-m1"), ("visitor", "v1-m0")], "doubled"),
        ([("visitor", "v1-m1"), ("visitor", "v1-m0")], "lost"),
    ],
)
def test_what_was_acknowledged_is_looked_for(lines: list[Line], kind: str):
    """A message that is missing, there twice or elsewhere than acknowledged is a flaw."""
    ledger = Ledger()
    sent = [Sent("v1-m0", seq=1), Sent("v1-m1", seq=2, behind=1)]
    ledger.compare("one", "visitor", sent[: len(lines)], record(*lines))
    assert kind in kinds(ledger.flaws)


def test_what_was_never_acknowledged_is_lost():
    """A message that was neither acknowledged nor refused has no good end."""
    ledger = Ledger()
    ledger.compare("one", "visitor", [Sent("v1-m0")], record(("visitor", "v1-m0")))
    assert "lost" in kinds(ledger.flaws)


def test_two_places_for_one_message_are_seen():
    """A repeat that is acknowledged at another place is a message twice."""
    ledger, sent = Ledger(), Sent("v1-m0")
    ledger.acknowledge("one", sent, 1)
    ledger.acknowledge("one", sent, 3)
    assert kinds(ledger.flaws) == ["doubled"]


def test_a_stream_that_skips_or_repeats_is_seen():
    """What a visitor sees comes one after the other."""
    ledger, talk = Ledger(), Talk("one")
    for place in (1, 2, 2, 4):
        ledger.see(talk, {"seq": place})
    assert kinds(ledger.flaws) == ["out of order", "out of order"]


def test_pushes_are_matched():
    """A repeat in a chat is told from what is missing and from what comes too early."""
    said = ["echo: t1-m0", "**Ann** has joined.", "t1-m1"]
    assert list(arrivals("chat", ["echo: t1-m0", "echo: t1-m0", "Ann has joined.", "Ann: t1-m1"], said)) == [
        (0, 0),
        (1, 0),
        (2, 1),
        (3, 2),
    ]
    assert [match.kind for match in arrivals("chat", ["echo: t1-m0"], said) if isinstance(match, Flaw)] == ["lost"] * 2
    assert [match.kind for match in arrivals("chat", ["t1-m1"], said) if isinstance(match, Flaw)] == ["out of order"]
