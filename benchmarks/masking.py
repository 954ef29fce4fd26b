"""Measures how many secrets are masked, and how many look-alikes are touched, by rules alone and as shipped."""

import argparse
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest.mock import patch

from conversations import masking, masking_learnt
from conversations.masking import mask
from conversations.masking_rules import MARKS
from conversations.masking_training import Example, examples, learn

_FOLDS = 5
_SECRETS_MASKED, _LOOKALIKES_TOUCHED = 0.95, 0.02
_LEAST = 4  # characters of a secret in a row that give it away


@dataclass
class Tally:
    """What became of sentences with secrets, and of sentences without."""

    secrets: int = 0
    masked: int = 0
    untouched_rest: int = 0
    lookalikes: int = 0
    touched: int = 0

    def count(self, example: Example) -> str:
        """Mask one sentence and count it; give "leaked", "touched" or ""."""
        masked = mask(example.text).text
        if not example.secrets:
            self.lookalikes += 1
            self.touched += masked != example.text
            return "touched" if masked != example.text else ""
        hidden = not any(_given_away(example.text[begin:end], masked) for begin, end, _ in example.secrets)
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
            f"{part / max(1, whole):8.1%} ({part}/{whole})".rjust(22) for part, whole in shares
        )


def main() -> None:
    """Measure and print; end with status 1 if a mark is missed on the files given."""
    options = _options()
    _say(f"{'':24}{'secrets masked':>22}{'and the rest kept':>22}{'look-alikes touched':>22}")
    if not options.secrets:
        _held_out()
        return
    taught = [*_with_secrets(options.secrets), *_without(options.lookalikes)]
    with patch.object(masking, "secrets", _nothing):
        _say(_tally(taught)[0].line("rules alone"))
    tally, problems = _tally(taught)
    _say(tally.line("rules and what is learnt"))
    if options.cases:
        options.cases.write_text("".join(f"{line}\n" for line in problems), encoding="utf-8")
    missed = tally.masked < _SECRETS_MASKED * tally.secrets or tally.touched > _LOOKALIKES_TOUCHED * tally.lookalikes
    if missed:
        _say(f"MISSED: {_SECRETS_MASKED:.0%} masked, at most {_LOOKALIKES_TOUCHED:.0%} touched.")
    raise SystemExit(missed)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.masking",
        description=f"{__doc__} Without files: on the taught examples, each held out once in {_FOLDS} folds.",
    )
    parser.add_argument("--secrets", type=Path, metavar="FILE", help="lines of `kind|sentence with «secret»`")
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


def _held_out() -> None:
    """Print how well sentences do that the model in use was not taught; the rules were written with most of them."""
    taught, total = examples(), Tally()
    for fold in range(_FOLDS):
        with _learnt_from([e for number, e in enumerate(taught) if number % _FOLDS != fold]):
            for example in taught[fold::_FOLDS]:
                total.count(example)
    _say(total.line("held out"))


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


def _tally(sentences: Sequence[Example]) -> tuple[Tally, list[str]]:
    tally = Tally()
    told = ((tally.count(example), example.text) for example in sentences)
    return tally, [f"{kind}: {text!r} -> {mask(text).text!r}" for kind, text in told if kind]


def _nothing(_text: str) -> list[masking_learnt.Span]:
    return []


def _given_away(secret: str, masked: str) -> bool:
    """Whether the secret, or a telling part of it, can still be read."""
    parts = {secret[start : start + _LEAST] for start in range(max(1, len(secret) - _LEAST + 1))}
    return any(part in masked for part in parts if any(map(str.isalnum, part)))


def _rest(example: Example) -> Iterator[str]:
    """Give the words around the secrets that must stay."""
    counted = Counter(example.masked.text.translate({ord(mark): " " for mark in MARKS.values()}).split())
    yield from (word.strip(".,;:!?()\"'") for word in counted)


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    main()
