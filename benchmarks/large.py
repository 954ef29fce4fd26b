"""Measures a worker on a very large knowledge base: loading, memory, a turn; beside the same on the shipped articles.

And whether the search still finds: its articles' questions are asked with the site named first and a few words more.

The large one holds the shipped articles many times over, each copy for a site of its own. It is trained as any model
is (bot/training.py) and kept under `.cache/benchmarks/`. Only the vectors of its questions are not computed but made of
those of the originals with some noise: an editor's machine computes them once, when a question is new.
"""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path
from unittest.mock import patch

import numpy as np

from benchmarks.worker_turn import memory, turns
from bot.training import current_model
from bot.worker_link import ENVIRONMENT
from knowledge_base.articles import Article, ArticleText, Language
from knowledge_base.embedding import stored_vectors
from knowledge_base.encoders import Vectors
from knowledge_base.loading import KnowledgeBase, load
from knowledge_base.search import Search

_AT_MOST_MS, _AT_MOST_SECONDS, _AT_MOST_MB = 20.0, 10.0, 500.0
_FOUND_AT_LEAST = 0.8  # of the questions: their article is the first of all
_ASKED = 400
_QUESTIONS, _KEYWORDS = 10, 2  # a language, in each copy
_NOISE = 0.2  # length of what is added to a vector of length 1: about as far as another wording is
_SITES: Mapping[Language, str] = {"en": " at site {}", "de": " am Standort {}"}
_REWORDED: Mapping[Language, str] = {"en": "please help us at site {}: {}", "de": "bitte um Hilfe am Standort {}: {}"}
_MADE_FROM = ("knowledge_base.search", "bot.components.features", "bot.components.verdict")
_READ_IN = ("bot.training", "bot.importer", "bot.components.language", "bot.components.verdict")
_KEPT = Path(__file__).parents[1] / ".cache" / "benchmarks"
_WARM_UP = 3  # conversations


def main() -> None:
    """Measure and print; end with status 1 if a mark is missed."""
    options = _options()
    if options.model:
        print(json.dumps(_measured(options.model, options.conversations)))
        return
    shipped, large = current_model(), _large(options.articles)
    if not shipped:
        sys.exit("There is no model yet: run `make train` first.")
    base, more = (_in_a_process(model, options.conversations) for model in (shipped, large))
    print(f"{'':24}{'loading':>10}{'memory':>12}{'turn p50':>12}{'turn p95':>12}")
    for name, row in ((f"{len(load().articles)} articles", base), (f"{options.articles} articles", more)):
        print(f"{name:24}{row['seconds']:8.1f} s{row['mb']:9.0f} MB{row['p50']:9.1f} ms{row['p95']:9.1f} ms")
    seconds, mb = more["seconds"] - base["seconds"], more["mb"] - base["mb"]
    found = _found_first(large)
    print(f"The large one takes {seconds:.1f} s and {mb:.0f} MB more.")
    print(f"Of {_ASKED} questions, asked in another order, {found:.1%} find their article first.")
    if more["p50"] > _AT_MOST_MS or seconds > _AT_MOST_SECONDS or mb > _AT_MOST_MB or found < _FOUND_AT_LEAST:
        sys.exit(
            f"MISSED: p50 at most {_AT_MOST_MS:.0f} ms, {_AT_MOST_SECONDS:.0f} s and {_AT_MOST_MB:.0f} MB more, "
            f"{_FOUND_AT_LEAST:.0%} found first."
        )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.large", description=__doc__)
    parser.add_argument(
        "--articles", type=int, default=10_000, metavar="N", help="of the large knowledge base (10,000)"
    )
    parser.add_argument("--conversations", type=int, default=40, metavar="N", help="of ten questions each (40)")
    parser.add_argument("--model", type=Path, help=argparse.SUPPRESS)  # measure this one and print it as JSON
    return parser.parse_args()


def _in_a_process(model: Path, talks: int) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.large", "--model", str(model), "--conversations", str(talks)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **ENVIRONMENT})
    measured: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return measured


def _measured(model: Path, talks: int) -> dict[str, float]:
    """Load a model on one core and let it answer; the library imports are not counted as loading."""
    from bot.assistant import Assistant
    from bot.engine import Engine

    os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    begun = time.perf_counter()
    assistant = Assistant(Engine(model))
    seconds = time.perf_counter() - begun
    turns(assistant, _WARM_UP, seed=1)
    times = sorted(turns(assistant, talks, seed=0))
    p50, p95 = statistics.median(times), times[int(0.95 * len(times))]
    return {"seconds": seconds, "mb": memory(), "p50": p50, "p95": p95}


def _found_first(model: Path) -> float:
    """Give the share of reworded questions whose article the search puts first among all."""
    with tempfile.TemporaryDirectory() as folder, tarfile.open(model) as packed:
        for member in packed:
            if member.isfile() and "ArticleVerdict" in member.name:
                (Path(folder) / Path(member.name).name).write_bytes(packed.extractfile(member).read())
        search = Search.load(Path(folder))
    asked = [question for question in enumerate(search.questions) if _reworded(question[1])]
    drawn = random.Random(0).sample(asked, _ASKED)  # noqa: S311  no secret
    hits = [
        search.search(_reworded(text), limit=1)[0].article == search.articles[search.owner[row]] for row, text in drawn
    ]
    return sum(hits) / len(hits)


def _reworded(question: str) -> str:
    """Give a copy's question with the site named first; "" for keywords, which name none."""
    said, language, site = _parted(question)
    return _REWORDED[language].format(site, said) if language else ""


def _parted(text: str) -> tuple[str, Language | None, str]:
    """Give the original of a copy's text, with its language and site; other texts as they are."""
    for language, ending in _SITES.items():
        said, marked, site = text.rpartition(ending.partition("{")[0])
        if marked:
            return said, language, site
    return text, None, ""


def _large(count: int) -> Path:
    """Give the model of the large knowledge base; trains it if the shipped model was made anew since."""
    from bot.training import fingerprint, train

    kept = _KEPT / f"large-{count}"
    if not (kept / f"{fingerprint()}.tar.gz").is_file():
        print(f"Training on {count} articles (once, half an hour).", file=sys.stderr, flush=True)
        with _knowing(KnowledgeBase({a.id: a for a in islice(_copies(), count)}, load().organisation)):
            return train(kept, lambda line: print(line, file=sys.stderr, flush=True))
    return kept / f"{fingerprint()}.tar.gz"


@contextmanager
def _knowing(knowledge_base: KnowledgeBase) -> Iterator[None]:
    """Let training read these articles, and make their questions' vectors from the originals'."""
    with ExitStack() as stack:
        for module in _READ_IN:
            stack.enter_context(patch(f"{module}.load", lambda: knowledge_base))
        for module in _MADE_FROM:
            stack.enter_context(patch(f"{module}.stored_vectors", _made))
        yield


def _copies() -> Iterator[Article]:
    """Give the articles for site 1, then for site 2 and so on, without end."""
    originals = load().articles.values()
    for number, article in enumerate(cycle(originals)):
        site = number // len(originals) + 1
        texts = {language: _copy(text, language, site) for language, text in article.texts.items()}
        yield replace(article, id=f"{article.id}-{site}", texts=texts)


def _copy(text: ArticleText, language: Language, site: int) -> ArticleText:
    ending = _SITES[language].format(site)
    first = site * _QUESTIONS % len(text.questions)
    asked = (text.questions * 2)[first : first + _QUESTIONS]
    questions = tuple(question.rstrip(" .?!") + ending for question in dict.fromkeys(asked))
    return replace(text, title=text.title + ending, questions=questions, keywords=text.keywords[:_KEYWORDS], golden=())


def _made(texts: Sequence[str], *_: object) -> Vectors:
    """Give vectors of texts: of copies those of the originals with some noise, the same every time."""
    originals = [_parted(text)[0] for text in texts]
    names, places = np.unique(np.array(originals, dtype=object), return_inverse=True)
    chance = np.random.default_rng(len(texts))
    vectors: Vectors = stored_vectors([str(name) for name in names])[places]
    is_copy = np.array([original != text for original, text in zip(originals, texts, strict=True)])
    vectors[is_copy] += chance.normal(0, _NOISE / np.sqrt(vectors.shape[1]), (is_copy.sum(), vectors.shape[1]))
    return vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)


if __name__ == "__main__":
    main()
