"""Measures how many secrets are masked, and how many look-alikes are touched, by language and kind."""

import argparse
import re
import statistics
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from unittest.mock import patch

import numpy as np
from rapidfuzz import fuzz, process

from bot.language import LanguageDetector
from conversations import masking, masking_learnt
from conversations.masking import mask
from conversations.masking_rules import MARKS
from conversations.masking_training import Example, examples, learn
from knowledge_base.loading import load

_FOLDS = 5
_SECRETS_MASKED, _LOOKALIKES_TOUCHED = 0.95, 0.02
_LEAST = 4  # characters of a secret in a row that give it away
_ALIKE, _OWN = 88, 6  # rapidfuzz's ratio of sentences in one fold; length of a secret that two sentences share
_AT_ONCE = 500


@dataclass
class Tally:
    """What became of sentences with secrets, and of sentences without."""

    secrets: int = 0
    masked: int = 0
    untouched_rest: int = 0
    lookalikes: int = 0
    touched: int = 0

    def count(self, example: Example, masked: str) -> str:
        """Count one sentence and what masking made of it; give "leaked", "touched" or ""."""
        if not example.secrets:
            self.lookalikes += 1
            self.touched += masked != example.text
            return "touched" if masked != example.text else ""
        hidden = not any(
            _given_away(example.text[begin:end], masked, example.masked.text) for begin, end, _ in example.secrets
        )
        self.secrets += 1
        self.masked += hidden
        self.untouched_rest += hidden and all(word in masked for word in _rest(example))
        return "" if hidden else "leaked"

    def line(self, name: str) -> str:
        """Give the tally as a line of the table."""
        shares = (
            (self.masked, self.secrets),
            (self.untouched_rest, self.secrets),
            (self.touched, self.lookalikes),
        )
        return f"{name:24}" + "".join(
            (f"{part / whole:8.1%} ({part}/{whole})" if whole else "").rjust(22) for part, whole in shares
        )


class Tallies:
    """Tallies of all sentences, of each language and of each kind of secret, and what went wrong."""

    def __init__(self) -> None:
        self._of: dict[str, Tally] = defaultdict(Tally)
        self._seconds: list[float] = []
        self.problems: list[str] = []

    @property
    def total(self) -> Tally:
        """The tally of all sentences."""
        return self._of["all"]

    def take(self, example: Example) -> None:
        """Mask a sentence and count it."""
        begun = time.perf_counter()
        masked = mask(example.text).text
        self._seconds.append(time.perf_counter() - begun)
        problem = self.total.count(example, masked)
        self._of[f"  {_language(example.masked.text)}"].count(example, masked)
        for kind in {kind for _, _, kind in example.secrets}:
            self._of[f"  {kind}"].count(example, masked)
        if problem:
            self.problems.append(f"{problem}: {example.text!r} -> {masked!r}")

    def say(self, name: str) -> None:
        """Print the tallies."""
        _say(self.total.line(name))
        for part in sorted(self._of):
            if part != "all":
                _say(self._of[part].line(part))

    def say_time(self) -> None:
        """Print what masking a sentence costs."""
        ordered = sorted(self._seconds)
        high = ordered[int(0.95 * (len(ordered) - 1))]
        _say(f"a sentence takes {statistics.median(ordered) * 1e3:.2f} ms (median), {high * 1e3:.2f} ms (95 of 100)")


def main() -> None:
    """Measure and print; end with status 1 if a mark is missed on the files given."""
    options = _options()
    _say(f"{'':24}{'secrets masked':>22}{'and the rest kept':>22}{'look-alikes touched':>22}")
    if not options.secrets:
        tallies = _held_out()
        tallies.say("held out")
        tallies.say_time()
        if options.cases:
            options.cases.write_text("".join(f"{line}\n" for line in tallies.problems), encoding="utf-8")
        return
    sentences = [*_with_secrets(options.secrets), *_without(options.lookalikes)]
    with patch.object(masking, "secrets", _nothing):
        _say(_tallies(sentences).total.line("rules alone"))
    tallies = _tallies(sentences)
    tallies.say("rules and what is learnt")
    tallies.say_time()
    tally = tallies.total
    if options.cases:
        options.cases.write_text("".join(f"{line}\n" for line in tallies.problems), encoding="utf-8")
    missed = tally.masked < _SECRETS_MASKED * tally.secrets or tally.touched > _LOOKALIKES_TOUCHED * tally.lookalikes
    if missed:
        _say(f"MISSED: {_SECRETS_MASKED:.0%} masked, at most {_LOOKALIKES_TOUCHED:.0%} touched.")
    raise SystemExit(missed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.masking",
        description=f"{__doc__} Without files: on the taught examples, each held out once in {_FOLDS} folds.",
    )
    parser.add_argument(
        "--secrets",
        type=Path,
        metavar="FILE",
        help="lines of `kind|sentence with «secret»`; kinds: password, code or pin, key, card, iban",
    )
    parser.add_argument("--lookalikes", type=Path, metavar="FILE", help="sentences without a secret, one a line")
    parser.add_argument("--cases", type=Path, metavar="FILE", help="write what went wrong there")
    options = parser.parse_args()
    if bool(options.secrets) != bool(options.lookalikes):
        parser.error("name both files or none")
    return options


def _with_secrets(path: Path) -> Iterator[Example]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield Example.read(line)


def _without(path: Path) -> Iterator[Example]:
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip():
            yield Example(line.replace("\\n", "\n"), ())


def _held_out() -> Tallies:
    """Count how well sentences do that the model in use was not taught; the rules were written with most of them."""
    taught, tallies = examples(), Tallies()
    folds = _folds(taught)
    for fold in range(_FOLDS):
        with _learnt_from([example for example, its in zip(taught, folds, strict=True) if its != fold]):
            for example, its in zip(taught, folds, strict=True):
                if its == fold:
                    tallies.take(example)
    return tallies


def _folds(taught: Sequence[Example]) -> list[int]:
    """Give each sentence's fold: sentences much alike, or with the same secret, are in one."""
    groups = _Groups(len(taught))
    texts = [re.sub(r"\d", "0", example.masked.text.casefold()) for example in taught]
    first: dict[str, int] = {}
    for place, example in enumerate(taught):
        for secret in (example.text[begin:end].casefold() for begin, end, _ in example.secrets):
            if len(secret) >= _OWN:
                groups.join(place, first.setdefault(secret, place))
    for start in range(0, len(texts), _AT_ONCE):
        some = texts[start : start + _AT_ONCE]
        ratios = process.cdist(some, texts, scorer=fuzz.ratio, score_cutoff=_ALIKE, dtype=np.uint8)
        for one, other in zip(*np.nonzero(ratios), strict=True):
            groups.join(start + int(one), int(other))
    return groups.spread(_FOLDS)


class _Groups:
    """Places that belong together, found pair by pair."""

    def __init__(self, count: int) -> None:
        self._leader = list(range(count))

    def join(self, one: int, other: int) -> None:
        """Put two places, and all that belong to them, into one group."""
        self._leader[self._lead(one)] = self._lead(other)

    def spread(self, parts: int) -> list[int]:
        """Give each place's part: whole groups, the largest first, into the part that is smallest so far."""
        members: dict[int, list[int]] = defaultdict(list)
        for place in range(len(self._leader)):
            members[self._lead(place)].append(place)
        sizes, part = [0] * parts, [0] * len(self._leader)
        for group in sorted(members.values(), key=lambda group: (-len(group), group)):
            smallest = sizes.index(min(sizes))
            sizes[smallest] += len(group)
            for place in group:
                part[place] = smallest
        return part

    def _lead(self, place: int) -> int:
        while self._leader[place] != place:
            self._leader[place] = place = self._leader[self._leader[place]]
        return place


@contextmanager
def _learnt_from(taught: Sequence[Example]) -> Iterator[None]:
    """Let masking use a model taught only these."""
    with ExitStack() as stack:
        model = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "model"
        learn(taught, model)
        stack.callback(masking_learnt._tagger.cache_clear)  # noqa: SLF001  the model is opened once a process
        stack.enter_context(patch.object(masking_learnt, "MODEL", model))
        masking_learnt._tagger.cache_clear()  # noqa: SLF001
        yield


def _tallies(sentences: Iterable[Example]) -> Tallies:
    tallies = Tallies()
    for example in sentences:
        tallies.take(example)
    return tallies


@cache
def _detector() -> LanguageDetector:
    texts = [(language, text) for article in load().articles.values() for language, text in article.texts.items()]
    return LanguageDetector.fit((part, language) for language, text in texts for part in (*text.questions, text.answer))


def _language(text: str) -> str:
    return _detector().detect(text) or "either language"


def _nothing(_text: str) -> list[masking_learnt.Span]:
    return []


def _given_away(secret: str, masked: str, rest: str) -> bool:
    """Whether the secret, or a telling part of it that stands nowhere else in the sentence, can still be read."""
    parts = {secret[start : start + _LEAST] for start in range(max(1, len(secret) - _LEAST + 1))}
    return any(part in masked and part not in rest for part in parts if any(map(str.isalnum, part)))


def _rest(example: Example) -> Iterator[str]:
    """Give the words around the secrets that must stay."""
    counted = Counter(example.masked.text.translate({ord(mark): " " for mark in MARKS.values()}).split())
    yield from (word.strip(".,;:!?()\"'") for word in counted)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
