"""Learns to find secrets from `masking_examples/`: `python -m conversations.masking_training` (a minute)."""

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from conversations.masking_learnt import LABELS, MODEL, OUTSIDE, Span
from conversations.masking_rules import MARKS
from conversations.masking_signs import signs, tokens
from conversations.masking_vocabulary import VOCABULARY

FOLDER = Path(__file__).with_name("masking_examples")
MADE_FROM = MODEL.with_suffix(".sha256")
_WITH_SECRETS = ("secrets.txt", "secrets_in_passing.txt")  # announced ones, and harder ones
_WITHOUT_SECRETS = ("lookalikes.txt", "ordinary.txt")  # what looks like one, and a third of what the bot is taught
_READERS = ("masking_learnt.py", "masking_signs.py", "masking_things.py")
_LONGEST_CARD_CODE = 4
_PENALTIES = {"c1": 0.1, "c2": 0.1, "max_iterations": 200}
_SWAPS, _IN_SMALL = 1, 0.2


@dataclass(frozen=True)
class Example:
    """A sentence and the secrets in it."""

    text: str
    secrets: tuple[Span, ...]

    @classmethod
    def read(cls, line: str) -> "Example":
        r"""Read `kind|sentence with «secret»`; \n is a line break, and ¦ only hides a secret from scanners."""
        kind, marked = line.replace("¦", "").replace("\\n", "\n").split("|", 1)
        text, spans = "", []
        for before, secret in re.findall(r"([^«]*)«(.*?)»|$", marked, re.DOTALL):
            text += before
            spans += [Span(len(text), len(text) + len(secret), _kind(kind, secret))] if secret else []
            text += secret
        rest = marked.rpartition("»")[2] if spans else marked
        return cls(text + rest, tuple(spans))

    @property
    def masked(self) -> "Example":
        """The sentence once its secrets are gone: what is left must stay."""
        text, done = "", 0
        for begin, end, kind in self.secrets:
            text += self.text[done:begin] + MARKS[kind]
            done = end
        return Example(text + self.text[done:], ())

    def swapped(self, another: Callable[[str, str], str]) -> "Example":
        """Give the sentence with other secrets: what another(kind, secret) says."""
        text, done, spans = "", 0, []
        for begin, end, kind in self.secrets:
            text += self.text[done:begin]
            secret = another(kind, self.text[begin:end])
            spans.append(Span(len(text), len(text) + len(secret), kind))
            text += secret
            done = end
        return Example(text + self.text[done:], tuple(spans))

    def labels(self) -> list[str]:
        """Give the label of each token."""
        return [self._label(token.begin, token.end) for token in tokens(self.text)]

    def _label(self, begin: int, end: int) -> str:
        kinds = (secret.kind for secret in self.secrets if begin < secret.end and end > secret.begin)
        return next((LABELS.get(kind, OUTSIDE) for kind in kinds), OUTSIDE)


def examples(folder: Path = FOLDER) -> list[Example]:
    """Give every example: sentences with secrets, and sentences without."""
    with_secrets = [Example.read(line) for name in _WITH_SECRETS for line in _lines(folder / name)]
    harmless = [Example(line.replace("\\n", "\n"), ()) for name in _WITHOUT_SECRETS for line in _lines(folder / name)]
    return [*with_secrets, *harmless]


def learn(taught: Iterable[Example], path: Path) -> None:
    """Learn from examples and write the model to `path`."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(_PENALTIES)
    for example in _varied(list(taught)):
        parts = tokens(example.text)
        if parts:
            trainer.append(signs(example.text, parts), example.labels())
    trainer.train(str(path))


def made_from() -> str:
    """Give the hash of what a model is learnt from: the examples and the code that reads them."""
    total = hashlib.sha256()
    here = Path(__file__)
    for path in (*sorted(FOLDER.glob("*.txt")), VOCABULARY, here, *map(here.with_name, _READERS)):
        total.update(path.read_bytes())
    return total.hexdigest()


def _varied(taught: Sequence[Example]) -> Iterator[Example]:
    """Give the examples, what is left of them once masked, and the same sentences with secrets of other examples."""
    random = Random(0)  # noqa: S311  the same model each time
    pool: dict[str, list[str]] = {}
    for example in taught:
        for begin, end, kind in example.secrets:
            pool.setdefault(kind, []).append(example.text[begin:end])
    for example in taught:
        yield example
        if example.secrets:
            yield example.masked
            for _ in range(_SWAPS):
                yield example.swapped(lambda kind, secret: _another(random, pool[kind], secret))
        if random.random() < _IN_SMALL:
            yield Example(example.text.lower(), example.secrets)


def _another(random: Random, pool: Sequence[str], secret: str) -> str:
    """Give another secret of the kind; a number keeps its form."""
    if not any(map(str.isalpha, secret)):
        return "".join(random.choice("0123456789") if letter.isdigit() else letter for letter in secret)
    return random.choice(pool)


def _kind(kind: str, secret: str) -> str:
    """Give a secret's kind: a PIN is a code, and so are the few digits beside a card's number."""
    if kind == "pin" or (kind == "card" and len(secret) <= _LONGEST_CARD_CODE):
        return "code"
    return kind


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=MODEL.parent) as scratch:
        made = Path(scratch) / MODEL.name
        learn(examples(), made)
        made.replace(MODEL)
    MADE_FROM.write_text(made_from() + "\n", encoding="utf-8")
