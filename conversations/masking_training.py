"""Learns to find secrets from `masking_examples/`: `python -m conversations.masking_training` (half a minute)."""

import hashlib
import re
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from conversations.masking_learnt import LABELS, MODEL, OUTSIDE, Span, signs, tokens
from conversations.masking_rules import MARKS

FOLDER = Path(__file__).with_name("masking_examples")
MADE_FROM = MODEL.with_suffix(".sha256")
_PENALTIES = {"c1": 0.05, "c2": 0.02, "max_iterations": 150}


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
            spans += [Span(len(text), len(text) + len(secret), kind)] if secret else []
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

    def labels(self) -> list[str]:
        """Give the label of each token."""
        return [self._label(token.begin, token.end) for token in tokens(self.text)]

    def _label(self, begin: int, end: int) -> str:
        kinds = (secret.kind for secret in self.secrets if begin < secret.end and end > secret.begin)
        return next((LABELS.get(kind, OUTSIDE) for kind in kinds), OUTSIDE)


def examples(folder: Path = FOLDER) -> list[Example]:
    """Give every example: sentences with secrets, and sentences that only look so."""
    with_secrets = [Example.read(line) for line in _lines(folder / "secrets.txt")]
    harmless = [Example(line.replace("\\n", "\n"), ()) for line in _lines(folder / "lookalikes.txt")]
    return [*with_secrets, *harmless]


def learn(taught: Iterable[Example], path: Path) -> None:
    """Learn from examples and write the model to `path`."""
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=False)
    trainer.set_params(_PENALTIES)
    for example in _with_masked(taught):
        parts = tokens(example.text)
        if parts:
            trainer.append(signs(example.text, parts), example.labels())
    trainer.train(str(path))


def made_from() -> str:
    """Give the hash of what a model is learnt from: the examples and the code that reads them."""
    total = hashlib.sha256()
    here = Path(__file__)
    for path in (*sorted(FOLDER.glob("*.txt")), here, here.with_name("masking_learnt.py")):
        total.update(path.read_bytes())
    return total.hexdigest()


def _with_masked(taught: Iterable[Example]) -> Iterator[Example]:
    for example in taught:
        yield example
        if example.secrets:
            yield example.masked


def _lines(path: Path) -> list[str]:
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=MODEL.parent) as scratch:
        made = Path(scratch) / MODEL.name
        learn(examples(), made)
        made.replace(MODEL)
    MADE_FROM.write_text(made_from() + "\n", encoding="utf-8")
