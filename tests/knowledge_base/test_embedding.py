"""What the embedding promises: the published weights or none, rows of length 1, both languages in one space."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from knowledge_base import weights
from knowledge_base.embedding import DIMENSIONS, Familiar, Meaning, embedding
from knowledge_base.weights import Published, WeightsRefused, check_weights


@pytest.mark.parametrize("which", weights.PUBLISHED, ids=lambda published: published.name)
def test_other_weights_are_refused(which: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One changed byte in any of the files is enough."""
    other = tmp_path / "other"
    other.write_bytes(which.path().read_bytes()[:-1] + b"x")
    _instead(monkeypatch, which, other)
    with pytest.raises(WeightsRefused, match=f"not the published {which.model}.*Install the package {which.package}"):
        check_weights()


def test_missing_weights_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is not there is said with what to do."""
    _instead(monkeypatch, weights.E5, tmp_path / "e5-small-q4.bin")
    with pytest.raises(WeightsRefused, match="is missing: run `make setup`"):
        check_weights()


def test_weights_without_their_package_are_named() -> None:
    """So is a package that is not installed."""
    absent = replace(weights.USE, package="no-such-package", module="no_such_package")
    with pytest.raises(WeightsRefused, match="no-such-package is not installed: run `make setup`"):
        absent.path()


def _instead(monkeypatch: pytest.MonkeyPatch, which: Published, path: Path) -> None:
    installed = Published.path
    monkeypatch.setattr(Published, "path", lambda published: path if published == which else installed(published))


def test_no_code_of_a_package_that_carries_weights_is_run() -> None:
    """Embedding a text imports neither."""
    embedding().embed(["vpn"])
    assert not {published.module for published in weights.PUBLISHED} & set(sys.modules)


def test_rows_have_length_one_whatever_the_text() -> None:
    """Nothing a visitor types breaks the arithmetic."""
    texts = ["", "vpn", "👍", "\u200b", "Пароль", "<b>x</b>", "ä" * 4000]
    rows = embedding().embed(texts)
    assert rows.shape == (len(texts), DIMENSIONS)
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-5)


def test_a_text_has_the_same_vector_alone_and_among_others() -> None:
    """Padding has next to no influence."""
    text = "My screen stays black after the update"
    alone = embedding().embed([text])
    among = embedding().embed(["vpn", text, "Wie richte ich den Drucker auf meinem neuen Notebook ein?"])[1:2]
    assert float((alone @ among.T)[0, 0]) > 0.999


@pytest.mark.parametrize(
    ("german", "english", "other"),
    [
        ("Ich habe mein Passwort vergessen", "I cannot remember my password", "The printer has a paper jam"),
        ("Der Drucker hat Papierstau", "The printer has a paper jam", "My screen flickers"),
        ("Der Bildschirm flackert", "My screen flickers", "I cannot remember my password"),
    ],
)
def test_languages_share_one_space(german: str, english: str, other: str) -> None:
    """A German question is nearer to its English twin than to another question."""
    rows = embedding().embed([german, english, other])
    assert rows[0] @ rows[1] > rows[0] @ rows[2]


def test_directions_that_tell_groups_apart_are_raised(tmp_path: Path) -> None:
    """Three of all directions tell the groups apart; they are kept, and survive being saved."""
    random = np.random.default_rng(1)
    groups = np.repeat(np.arange(40, dtype=np.int32), 6)
    rows = random.normal(size=(240, DIMENSIONS)).astype(np.float32)
    rows[:, :3] += 2 * random.normal(size=(40, 3))[groups].astype(np.float32)
    meaning = Meaning.fit_apart(rows, groups)
    assert meaning.turn is not None
    shares = np.linalg.norm(meaning.turn, axis=1)
    assert shares[:3].min() > shares[3:].max()
    meaning.save(tmp_path / "meaning.npz")
    np.testing.assert_array_equal(Meaning.load(tmp_path / "meaning.npz").of(rows), meaning.of(rows))


def test_only_what_all_share_is_taken_away(tmp_path: Path) -> None:
    """Without groups no direction is raised, also after it has been saved."""
    rows = np.random.default_rng(3).normal(1, 1, size=(50, DIMENSIONS)).astype(np.float32)
    Meaning.fit(rows).save(tmp_path / "meaning.npz")
    found = Meaning.load(tmp_path / "meaning.npz").of(rows)
    moved = rows - rows.mean(axis=0)
    np.testing.assert_allclose(found, moved / np.linalg.norm(moved, axis=1, keepdims=True), atol=1e-6)


def test_what_is_unlike_every_group_is_strange(tmp_path: Path) -> None:
    """Vectors from known groups are familiar, vectors from elsewhere are not, also after it has been saved."""
    random = np.random.default_rng(2)
    middles = random.normal(size=(30, DIMENSIONS)).astype(np.float32)
    groups = np.repeat(np.arange(20, dtype=np.int32), 20)
    rows = (middles[groups] + 0.3 * random.normal(size=(400, DIMENSIONS))).astype(np.float32)
    familiar = Familiar.fit(rows, groups)
    elsewhere = (middles[20:] + 0.3 * random.normal(size=(10, DIMENSIONS))).astype(np.float32)
    assert familiar.strangeness(elsewhere).min() > familiar.strangeness(rows).max()
    familiar.save(tmp_path / "familiar.npz")
    again = Familiar.load(tmp_path / "familiar.npz")
    np.testing.assert_array_equal(again.strangeness(rows), familiar.strangeness(rows))
