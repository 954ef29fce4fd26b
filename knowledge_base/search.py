"""Finds the articles that fit what somebody wrote, and says what speaks for each."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from scipy import sparse

from knowledge_base.articles import LANGUAGES, Article
from knowledge_base.embedding import Familiar, Meaning, embedding, stored_vectors
from knowledge_base.features import LETTERS, Vectorizer
from knowledge_base.products import product
from knowledge_base.words import read_glossary

if TYPE_CHECKING:
    from knowledge_base.loading import KnowledgeBase

Floats = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]

EVIDENCE = ("words", "words_near", "meaning", "meaning_near", "body")
_RANKING = np.array([1.0, 1.0, 1.0, 1.0, 0.5], np.float32)  # what each of EVIDENCE counts
_COMPARED_WHOLE = 500  # articles; of more, each text is compared with the questions of the likeliest only
_LIKELIEST = 300  # articles by meaning, and as many by words: 83 % of reworded questions find theirs first; 100: 72 %
_FEW_LETTERS = (4,)  # in a row, where there are many articles: all of LETTERS take four fifths of what is kept
_WHOLE = 254.0  # of 1 make a whole number: no single direction of hundreds takes more than half of a vector's length
_SHARPNESS = 12.0  # of the soft maximum over an article's questions


@dataclass(frozen=True)
class Hit:
    """An article found; similarities from 0 to 1, `score` only ranks.

    `words` and `meaning` are those of the nearest question, `*_near` count several near ones, `body` is the article's
    own text.
    """

    article: str
    topic: str
    score: float
    words: float
    words_near: float
    meaning: float
    meaning_near: float
    body: float
    question: str


@dataclass(frozen=True)
class Search:
    """Every article's questions, title and keywords as vectors; rows of one article stand together."""

    vectorizer: Vectorizer
    articles: tuple[str, ...]
    topics: tuple[str, ...]
    questions: tuple[str, ...]
    owner: npt.NDArray[np.int32]
    words: sparse.csr_matrix
    meaning: npt.NDArray[Any]
    space: Meaning
    familiar: Familiar
    bodies_by_feature: sparse.csr_matrix

    @classmethod
    def build(cls, knowledge_base: "KnowledgeBase") -> "Search":
        """Build it for all articles; vectors computed before are read from disk."""
        articles = [knowledge_base.articles[name] for name in sorted(knowledge_base.articles)]
        asked = [questions_of(article) for article in articles]
        texts = [text for questions in asked for text in questions]
        bodies, many = [_body(article) for article in articles], len(articles) > _COMPARED_WHOLE
        vectorizer = Vectorizer.fit([*texts, *bodies], read_glossary(), _FEW_LETTERS if many else LETTERS)
        vectors = stored_vectors(texts)
        owner = np.repeat(np.arange(len(articles), dtype=np.int32), [len(questions) for questions in asked])
        space = Meaning.fit_apart(vectors, owner)
        topics, told = tuple(article.topic for article in articles), vectorizer.transform(bodies)
        return cls(
            vectorizer,
            tuple(article.id for article in articles),
            topics,
            tuple(texts),
            owner,
            vectorizer.transform(texts),
            _kept(space.of(vectors), len(articles)),
            space,
            Familiar.fit(vectors, _alike(owner, topics)),
            (vectorizer.without_letters(told) if many else told).T.tocsr(),
        )

    def search(self, text: str, limit: int = 5, exclude: Collection[str] = ()) -> list[Hit]:
        """Give the `limit` best articles, best first; `exclude` names articles not wanted."""
        said = self.vectorizer.transform([text])
        evidence = self.evidence_of(said, embedding().embed([text]))[0]
        scores = score(evidence)
        order = [place for place in np.argsort(-scores) if self.articles[place] not in exclude][:limit]
        return [self._hit(place, evidence[place], float(scores[place]), said) for place in order]

    def evidence(self, texts: Sequence[str], vectors: Floats, hidden: Places | None = None) -> Floats:
        """Give the EVIDENCE of each article for each text: (texts, articles, 5); `hidden` names rows that do not count.

        Of many articles, those that neither their questions' mean nor their body brings near a text have none.
        """
        return self.evidence_of(self.vectorizer.transform(texts), vectors, hidden)

    def evidence_of(self, said: sparse.csr_matrix, vectors: Floats, hidden: Places | None = None) -> Floats:
        """Give the same for texts that the vectorizer has read already: `said` (texts, features)."""
        meant = self.space.of(vectors)
        if len(self.articles) > _COMPARED_WHOLE:
            parts = [self._of_likeliest(said[number], meant[number], hidden) for number in range(len(meant))]
        else:
            alike = zip(*self._likeness(said, meant), strict=True)
            parts = [_evidence(words, meaning, body, self._ends[:-1], hidden) for words, meaning, body in alike]
        return np.array(parts, np.float32).reshape(len(meant), len(self.articles), len(EVIDENCE))

    def _likeness(self, said: sparse.csr_matrix, meant: Floats) -> tuple[Floats, Floats, Floats]:
        """Give how alike texts are to each question by words and by meaning, and to each body: (texts, rows)."""
        words, bodies = product(said, self._words_by_feature), product(said, self.bodies_by_feature)
        return words, meant @ self.meaning.T, bodies

    def _of_likeliest(self, said: sparse.csr_matrix, meant: Floats, hidden: Places | None) -> Floats:
        """Give the evidence for one text, found by comparing it with the likeliest articles' questions."""
        body = product(said, self.bodies_by_feature)[0]
        nearest = [np.argpartition(-near, _LIKELIEST)[:_LIKELIEST] for near in (self._middles @ meant, body)]
        places = np.union1d(*nearest)
        counts = self._ends[places + 1] - self._ends[places]
        starts = np.cumsum(counts) - counts
        rows = np.arange(counts.sum()) + np.repeat(self._ends[places] - starts, counts)
        words = self.words[rows] @ said.toarray()[0]
        meaning = self.meaning[rows].astype(np.float32) @ (meant / np.float32(_WHOLE))
        covered = None if hidden is None else np.flatnonzero(np.isin(rows, hidden))
        evidence = np.zeros((len(self.articles), len(EVIDENCE)), np.float32)
        evidence[places] = _evidence(words, meaning, body[places], starts, covered)
        return evidence

    def without(self, hidden: Places, vectors: Floats) -> "Search":
        """Give the search as if its sense of meaning had been learnt without the rows `hidden`; they stay in place.

        `vectors` are those of all its questions: (len(questions), DIMENSIONS).
        """
        kept = np.setdiff1d(np.arange(len(self.questions)), hidden)
        space = Meaning.fit_apart(vectors[kept], self.owner[kept])
        familiar = Familiar.fit(vectors[kept], _alike(self.owner, self.topics)[kept])
        meaning = _kept(space.of(vectors), len(self.articles))
        return replace(self, space=space, meaning=meaning, familiar=familiar)

    def save(self, folder: Path) -> None:
        """Write it into a folder."""
        self.vectorizer.save(folder / "vectorizer.json")
        names = {"articles": self.articles, "topics": self.topics, "questions": self.questions}
        (folder / "search.json").write_text(json.dumps(names, ensure_ascii=False), encoding="utf-8")
        sparse.save_npz(folder / "words.npz", self.words)
        sparse.save_npz(folder / "bodies.npz", self.bodies_by_feature)
        self.space.save(folder / "space.npz")
        self.familiar.save(folder / "familiar.npz")
        np.savez(folder / "meaning.npz", owner=self.owner, meaning=self.meaning)

    @classmethod
    def load(cls, folder: Path) -> "Search":
        """Read what `save` wrote; nothing is computed."""
        stored_names = json.loads((folder / "search.json").read_text("utf-8"))
        with np.load(folder / "meaning.npz") as stored:
            owner, meaning = stored["owner"], stored["meaning"]
        words, bodies = sparse.load_npz(folder / "words.npz"), sparse.load_npz(folder / "bodies.npz")
        vectorizer, space = Vectorizer.load(folder / "vectorizer.json"), Meaning.load(folder / "space.npz")
        familiar = Familiar.load(folder / "familiar.npz")
        parts: dict[str, Any] = {"owner": owner, "words": words, "meaning": meaning, "bodies_by_feature": bodies}
        parts |= {name: tuple(values) for name, values in stored_names.items()}
        return cls(vectorizer, space=space, familiar=familiar, **parts)

    @cached_property
    def _words_by_feature(self) -> sparse.csr_matrix:
        """With a row a feature: a text is compared only with what shares a feature with it."""
        return self.words.T.tocsr()

    @cached_property
    def _ends(self) -> Places:
        """Where each article's rows begin, and where the last one's end."""
        return np.searchsorted(self.owner, np.arange(len(self.articles) + 1))

    @cached_property
    def _middles(self) -> Floats:
        """The mean of each article's questions by meaning: (articles, dimensions)."""
        blocks = range(0, len(self.articles), _COMPARED_WHOLE)  # one at a time, or all rows would be there twice
        return np.vstack(
            [self._middles_of(first, min(first + _COMPARED_WHOLE, len(self.articles))) for first in blocks]
        )

    def _middles_of(self, first: int, last: int) -> Floats:
        begin, end = self._ends[first], self._ends[last]
        rows, counts = self.meaning[begin:end] / np.float32(_WHOLE), np.diff(self._ends[first : last + 1])
        middles: Floats = np.add.reduceat(rows, self._ends[first:last] - begin) / counts[:, None]
        return middles

    def _hit(self, place: int, evidence: Floats, reached: float, said: sparse.csr_matrix) -> Hit:
        rows = np.arange(self._ends[place], self._ends[place + 1])
        nearest = self.questions[rows[(self.words[rows] @ said.T).toarray().argmax()]]
        parts = dict(zip(EVIDENCE, map(float, evidence), strict=True))
        return Hit(self.articles[place], self.topics[place], reached, **parts, question=nearest)


def score(evidence: Floats) -> Floats:
    """Give one number an article to rank by."""
    mixed: Floats = evidence @ _RANKING
    return mixed


def questions_of(article: Article) -> list[str]:
    """Give what an article is found by: questions, title and keywords in both languages."""
    return [
        text
        for language in LANGUAGES
        for text in (
            article.texts[language].title,
            *article.texts[language].questions,
            *article.texts[language].keywords,
        )
    ]


def _kept(meaning: Floats, articles: int) -> npt.NDArray[Any]:
    """Give vectors as they are stored: as whole numbers, at a quarter of the size, where there are many."""
    if articles <= _COMPARED_WHOLE:
        return meaning
    whole: npt.NDArray[Any] = np.clip(np.rint(meaning * _WHOLE), -127, 127).astype(np.int8)
    return whole


def _alike(owner: npt.NDArray[np.int32], topics: Sequence[str]) -> npt.NDArray[np.int32]:
    """Give each row the group whose texts it looks like: its article, or where there are many of them its topic."""
    if len(topics) <= _COMPARED_WHOLE:
        return owner
    numbers = np.unique(topics, return_inverse=True)[1].astype(np.int32)
    groups: npt.NDArray[np.int32] = numbers[owner]
    return groups


def _body(article: Article) -> str:
    texts = [article.texts[language] for language in LANGUAGES]
    return "\n".join(
        part for text in texts for part in (text.title, text.answer, *text.steps, text.next, *text.keywords)
    )


def _evidence(words: Floats, meaning: Floats, body: Floats, starts: Places, hidden: Places | None) -> Floats:
    """Give the EVIDENCE of the articles whose rows begin at `starts`, from how alike a text is to each row."""
    columns = []
    for similarity in (words, meaning):
        seen = similarity.copy()
        if hidden is not None:
            seen[hidden] = 0.0
        columns += [np.maximum.reduceat(seen, starts), _soft_maximum(seen, starts)]
    evidence: Floats = np.stack([*columns, body], axis=1).astype(np.float32)
    return evidence


def _soft_maximum(similarity: Floats, starts: Places) -> Floats:
    summed = np.add.reduceat(np.expm1(_SHARPNESS * np.maximum(similarity, 0)), starts)
    soft: Floats = np.log1p(summed) / _SHARPNESS
    return soft
