"""Finds secrets by what was learnt from examples: where no rule knows the words that give one away.

A conditional random field (Lafferty et al. 2001) labels each word of a text by the words around it. It was learnt from
`masking_examples/`; `python -m conversations.masking_training` learns it anew after a change there or here.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple

MODEL = Path(__file__).with_name("masking.crfsuite")
OUTSIDE = "O"
LABELS = {"password": "P", "code": "C", "key": "K"}  # card numbers and IBANs go by their check digits alone
_KINDS = {label: kind for kind, label in LABELS.items()}
_CERTAIN = 0.35  # probability from which a word counts as part of a secret
_LONGEST = 4000  # characters read at once
_TOKEN = re.compile(r"[^\W\d_]+|\d+|\n|[^\w\s]|_")
_EDGE = ".,;:!?()[]\"'„“”‚‘’»«"  # noqa: RUF001
_QUOTES = frozenset("\"'„“”‚‘’»«")  # noqa: RUF001
_NEAR = (-4, -3, -2, -1, 1, 2, 3)
_MOST_DIGITS = 20
_LONGEST_RUN = 40

# What a word is to a secret: its name, what stands between, what people do with it, what makes it no secret.
_ROLES = {
    role: re.compile(pattern, re.IGNORECASE)
    for role, pattern in {
        "password": r"pass\w*|pas+w\w*|pa(?:ss|ß)w\w*|kenn?w\w*|psw\w*|pwd?|pword|\w*passwor[td]\w*|\w*kennwort\w*"
        r"|losung\w*|zugangsdaten|credentials|login|logon|anmeldedaten|psk",
        "pin": r"pins?|puk|\w*pin",
        "code": r"\w*codes?|m?tan|tans|otp|2fa|mfa|totp|token|sms|authenticator|ziffern?|digits?|zahl\w*|number|nummer",
        "key": r"\w*keys?|\w*schlüssel\w*|secret|tokens?|bearer|jwt|lizenz\w*|licen[cs]e|serial",
        "user": r"user\w*|benutzer\w*|kennung|account|konto|login|username|name",
        "is": r"is|ist|was|war|lautete?|hei(?:ß|ss)t|equals|are|sind|namely|nämlich|also|be|sei|lauten",
        "use": r"type[ds]?|typing|enter\w*|tipp\w*|getippt|eingegeben|eingeben|eingetippt|tried|try|use[ds]?|using"
        r"|(?:be)?nutz\w*|verwend\w*|nehm\w*|genommen|genutzt|probier\w*|versuch\w*|gebe?|set|changed?|geändert|änder\w*"
        r"|gesetzt|setz\w*|put|picked|chose|gewählt|wähl\w*|schick\w*|sent|send|received|erhalten|bekommen|got|kam"
        r"|kommt|schreib\w*|wrote|says|steht|shows|zeigt",
        "not": r"not|nicht|never|nie|kein\w*|no|doesn|don|isn|wrong|falsch|invalid|ungültig|expired|abgelaufen"
        r"|vergessen|forgot\w*|reset\w*|zurück\w*",
        "to": r"to|auf|into|als|as|in|von|from|zu|mit|with",
        "how": r"how|wie|where|wo|which|welche\w*|why|warum|what|was|wann|when|who|wer|can|kann|could",
    }.items()
}
_DISTANCES = ((1, "1"), (2, "2"), (4, "3-4"), (8, "5-8"), (16, "9-16"))


class Span(NamedTuple):
    """A secret in a text: where it begins and ends, and its kind."""

    begin: int
    end: int
    kind: str


@dataclass(frozen=True)
class Token:
    """A word, a number or one other character, and the run without a space that it stands in (first and last token)."""

    text: str
    begin: int
    end: int
    first: int
    last: int


def tokens(text: str) -> list[Token]:
    """Take a text apart."""
    found = list(_TOKEN.finditer(text))
    starts = [
        place
        for place, match in enumerate(found)
        if place == 0 or "\n" in (match[0], found[place - 1][0]) or match.start() > found[place - 1].end()
    ]
    ends = [*starts[1:], len(found)]
    return [
        Token(found[place][0], found[place].start(), found[place].end(), start, end - 1)
        for start, end in zip(starts, ends, strict=True)
        for place in range(start, end)
    ]


def signs(text: str, parts: list[Token]) -> list[list[str]]:
    """Give what speaks for and against each token being part of a secret, as names."""
    reader = _Reader(text, parts)
    return [list(reader.of(place)) for place in range(len(parts))]


def secrets(text: str) -> list[Span]:
    """Give the secrets that examples taught to see, in order."""
    spans = []
    for start in range(0, len(text), _LONGEST):
        part = text[start : start + _LONGEST]
        spans += [Span(start + begin, start + end, kind) for begin, end, kind in _secrets(part)]
    return spans


def _secrets(text: str) -> Iterator[Span]:
    parts = tokens(text)
    if not parts:
        return
    labels, certain = _labelled(signs(text, parts))
    place = 0
    while place < len(parts):
        first = place
        while place < len(parts) and certain[place] >= _CERTAIN:
            place += 1
        if place > first:
            label = max(labels[first:place], key=lambda name: (name != OUTSIDE, labels[first:place].count(name)))
            yield Span(parts[first].begin, parts[place - 1].end, _KINDS.get(label, "password"))
        else:
            place += 1


def _labelled(rows: list[list[str]]) -> tuple[list[str], list[float]]:
    """Give each token's likeliest label, and the probability that it is part of a secret."""
    with _LOCK:
        tagger = _tagger()
        tagger.set(rows)
        return tagger.tag(), [1 - tagger.marginal(OUTSIDE, place) for place in range(len(rows))]


_LOCK = Lock()  # a tagger holds one text at a time


@cache
def _tagger() -> Any:
    import pycrfsuite

    tagger = pycrfsuite.Tagger()
    tagger.open(str(MODEL))
    return tagger


@dataclass(frozen=True)
class _Run:
    """What a run of characters without a space is made of, without the punctuation around it."""

    shape: str
    length: int
    digits: int
    small: bool
    capital: bool
    inner: bool  # a capital after the first character
    other: bool  # neither letters nor digits

    @classmethod
    def read(cls, core: str) -> "_Run":
        digits = sum(map(str.isdigit, core))
        small, capital, inner = core != core.upper(), core != core.lower(), core[1:] != core[1:].lower()
        return cls(_shape(core), len(core), digits, small, capital, inner, not core.isalnum())


class _Reader:
    """Reads the signs of one text's tokens."""

    def __init__(self, text: str, parts: list[Token]) -> None:
        self._parts = parts
        self._low = [part.text.lower() for part in parts]
        self._shapes = [_shape(part.text) for part in parts]
        self._roles = [_roles(word) for word in self._low]
        runs = {part.first: text[parts[part.first].begin : parts[part.last].end] for part in parts}
        self._runs = {first: _Run.read(run.strip(_EDGE)[:_LONGEST_RUN]) for first, run in runs.items()}
        self._before = self._distances(range(len(parts)))
        self._after = self._distances(range(len(parts) - 1, -1, -1))
        self._all = sorted({role for roles in self._roles for role in roles})
        quotes = 0
        self._quoted = []
        for part in parts:
            self._quoted.append(quotes % 2)
            quotes += part.text in _QUOTES
        self._asks = text.rstrip().endswith("?")

    def of(self, place: int) -> Iterator[str]:
        """Give the signs of one token."""
        yield from self._itself(place)
        yield from self._neighbours(place)
        yield from self._announced(place)

    def _itself(self, place: int) -> Iterator[str]:
        part, low = self._parts[place], self._low[place]
        run = self._runs[part.first]
        yield from (f"w={low}", f"p3={low[:3]}", f"p5={low[:5]}", f"s3={low[-3:]}", f"sh={self._shapes[place]}")
        yield from (f"len={min(len(low), 12)}", f"run={run.shape[:14]}", f"runlen={min(run.length, 20)}")
        where = "s" if place == part.first else "e" if place == part.last else "m"
        yield from (f"where={where}", f"alone={part.first == part.last}", f"digits={min(run.digits, 9)}")
        yield f"mix={run.digits > 0}{run.small}{run.capital}{run.other}"
        yield f"inner={run.inner and run.small}"
        yield from (f"role={role}" for role in self._roles[place])
        yield from (f"quoted={self._quoted[place]}", f"asks={self._asks}")
        if low.isdigit():
            yield f"number={min(self._long_number(place), _MOST_DIGITS)}"

    def _neighbours(self, place: int) -> Iterator[str]:
        low, shapes, count = self._low, self._shapes, len(self._low)
        for step in _NEAR:
            other = place + step
            if not 0 <= other < count:
                yield f"{step}:none"
                continue
            yield f"{step}:w={low[other]}"
            if abs(step) < 3:  # noqa: PLR2004  farther shapes say little
                yield f"{step}:sh={shapes[other]}"
            yield from (f"{step}:role={role}" for role in self._roles[other])
        if place > 0:
            yield f"-1w={low[place - 1]}|{shapes[place]}"
        if place > 1:
            yield f"-2w={low[place - 2]}|{low[place - 1]}"
            yield f"-2s={low[place - 2]}|{low[place - 1]}|{shapes[place]}"
        yield from self._around_the_run(place)

    def _around_the_run(self, place: int) -> Iterator[str]:
        first, last, low = self._parts[place].first, self._parts[place].last, self._low
        if first > 0:
            yield f"before={' '.join(low[max(0, first - 2) : first])}"
            yield f"before1={low[first - 1]}"
            yield from (f"beforerole={role}" for role in self._roles[first - 1])
        else:
            yield "first"
        if last + 1 < len(low):
            yield f"after1={low[last + 1]}"
        else:
            yield "last"
        if last + 2 < len(low):
            yield f"after={low[last + 1]} {low[last + 2]}"

    def _announced(self, place: int) -> Iterator[str]:
        run = self._runs[self._parts[place].first]
        shape = run.shape[:10]
        for name, distances, nearest in (("L", self._before[place], ""), ("N", self._after[place], "far")):
            for role, distance in distances.items():
                told = _told(distance)
                if told != nearest:
                    yield f"{name}{role}={told}"
                if distance <= 8:  # noqa: PLR2004  a sentence's length
                    yield f"{name}{role}|{shape}"
        for role in self._all:
            yield f"H{role}"
            yield f"H{role}|{run.digits > 0}{run.inner}{run.other}"

    def _distances(self, order: range) -> list[dict[str, int]]:
        """Give for each token how far the nearest earlier word of each role is, in this order of tokens."""
        latest: dict[str, int] = {}
        found: list[dict[str, int]] = [{} for _ in order]
        for place in order:
            found[place] = {role: abs(place - other) for role, other in latest.items()}
            latest |= dict.fromkeys(self._roles[place], place)
        return found

    def _long_number(self, place: int) -> int:
        """Count the characters of a number that may be written in groups."""
        total = 0
        for step in (-1, 1):
            other = place if step < 0 else place + 1
            while total < _MOST_DIGITS and 0 <= other < len(self._low) and _is_of_number(self._low[other]):
                total += max(1, len(self._low[other]) * self._low[other].isdigit())
                other += step
        return total


def _shape(word: str) -> str:
    forms = "".join("9" if c.isdigit() else "X" if c.isupper() else "x" if c.isalpha() else c for c in word)
    return re.sub(r"(.)\1{2,}", r"\1\1+", forms)


def _is_of_number(word: str) -> bool:
    return word.isdigit() or word in "-./"


def _roles(word: str) -> list[str]:
    return [role for role, pattern in _ROLES.items() if pattern.fullmatch(word)]


def _told(distance: int) -> str:
    return next((name for most, name in _DISTANCES if distance <= most), "far")
