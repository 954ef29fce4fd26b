"""Trains the model, names it by what went in, and knows whether the one in use is still current."""

import hashlib
import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import chdir
from importlib.metadata import version
from pathlib import Path

from bot.report_page import page
from knowledge_base.loading import load
from knowledge_base.weights import WEIGHTS_SHA256, check_weights

BOT = Path(__file__).parent
MODELS = BOT / "models"

_POINTER = "current"
_SOURCES = (
    "knowledge_base/**/*.yml",
    "knowledge_base/*.py",
    "bot/*.yml",
    "bot/data/**/*.yml",
    "bot/domain/**/*.yml",
    "bot/rules/*.yml",
    "bot/components/*.py",
)
_MODULES = ("calibration", "classifier", "evidence", "examples", "importer", "language", "phrases", "report", "signals")
_MORE_MODULES = ("softmax", "verdict")
_NOT_TRAINED = frozenset({"credentials.yml", "endpoints.yml"})


class TrainingFailed(Exception):
    """Rasa did not produce a model; the sentence says why as far as Rasa does."""


def train(models: Path = MODELS, progress: Callable[[str], None] = lambda _: None) -> Path:
    """Train a model into `models` (five to ten minutes), make it the current one and give its path.

    A model of the same fingerprint is used again. Raises KnowledgeBaseBroken, WeightsRefused or TrainingFailed.
    """
    wanted = fingerprint()
    path = models / f"{wanted}.tar.gz"
    if not path.is_file():
        knowledge_base = load()
        check_weights()
        progress(f"Training on {len(knowledge_base.articles)} articles.")
        models.mkdir(parents=True, exist_ok=True)
        _train_into(path, progress)
    _point_to(models, path)
    progress(f"The model is {path.name}.")
    _write_page(_report_beside(path), progress)
    return path


def fingerprint() -> str:
    """Give the hash of everything a model is made from: articles, examples, domain, rules, code, weights, versions."""
    total = hashlib.sha256()
    for path in sorted(set(_sources())):
        total.update(path.relative_to(BOT.parent).as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    versions = [f"{name} {version(name)}" for name in ("rasa", "numpy", "scipy", "scikit-learn", "spacy", "simplemma")]
    total.update("\n".join([WEIGHTS_SHA256, *versions]).encode())
    return total.hexdigest()[:32]


def current_model(models: Path = MODELS) -> Path | None:
    """Give the model in use, None if there is none yet."""
    pointer = models / _POINTER
    path = models / pointer.read_text(encoding="utf-8").strip() if pointer.is_file() else None
    return path if path and path.is_file() else None


def is_current(models: Path = MODELS) -> bool:
    """Tell whether the model in use was made from what is here now."""
    model = current_model(models)
    return model is not None and model.name == f"{fingerprint()}.tar.gz"


def _sources() -> Iterator[Path]:
    for pattern in _SOURCES:
        yield from (path for path in BOT.parent.glob(pattern) if path.name not in _NOT_TRAINED)
    yield from (BOT / f"{name}.py" for name in (*_MODULES, *_MORE_MODULES))


def _train_into(path: Path, progress: Callable[[str], None]) -> None:
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".training-") as scratch:
        made = _rasa_train(Path(scratch), progress)
        found = _report_of(made)
        _put(_report_beside(path), json.dumps(found, ensure_ascii=False, indent=1))
        made.replace(path)


def _rasa_train(scratch: Path, progress: Callable[[str], None]) -> Path:
    from bot.quiet import quieten

    quieten()
    os.environ["RASA_MAX_CACHE_SIZE"] = "0"  # Rasa's cache does not see changes in modules behind a component
    progress("Starting Rasa.")
    import rasa.model_training

    domain = "domain.yml" if (BOT / "domain.yml").is_file() else "domain"
    progress("Learning, then calibrating on examples held out.")
    with chdir(BOT):
        result = rasa.model_training.train(
            domain, "config.yml", ["data"], output=str(scratch), force_training=True, fixed_model_name="model"
        )
    if result.code != 0 or not result.model:
        raise TrainingFailed(f"Rasa ended training with code {result.code}: see the lines above.")
    return Path(result.model)


def _report_of(model: Path) -> object:
    """Read the report that the verdict component left in a model."""
    import tarfile

    with tarfile.open(model) as archive:
        name = next(name for name in archive.getnames() if name.endswith("/report.json"))
        file = archive.extractfile(name)
        if file is None:
            raise TrainingFailed("The model holds no report.")
        return json.load(file)


def _report_beside(path: Path) -> Path:
    return path.with_name(path.name.replace(".tar.gz", ".report.json"))


def _write_page(report: Path, progress: Callable[[str], None]) -> None:
    """Write a report as a page beside it; a model that came without its report has none."""
    if report.is_file():
        written = report.with_suffix(".html")
        _put(written, page(json.loads(report.read_text(encoding="utf-8")), report.name.partition(".")[0]))
        progress(f"How well it does: {written}")


def _point_to(models: Path, path: Path) -> None:
    _put(models / _POINTER, path.name)


def _put(path: Path, text: str) -> None:
    """Write a file as a whole or not at all."""
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".writing-") as scratch:
        (Path(scratch) / path.name).write_text(text, encoding="utf-8")
        (Path(scratch) / path.name).replace(path)


if __name__ == "__main__":
    train(progress=lambda line: print(line, file=sys.stderr, flush=True))  # noqa: T201
