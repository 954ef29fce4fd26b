"""Turns texts into vectors with plain onnxruntime, each text on one thread: two encoders trained differently."""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt

from knowledge_base.weights import EncoderFiles

Vectors = npt.NDArray[np.float32]
Batch = TypeVar("Batch")

_LONGEST = 256  # tokens; more would only cost time
_PREFIX = "query: "  # as e5 was trained to be asked for likeness
_BATCH = 32
_SLOWER = ("SkipLayerNormFusion", "BiasSkipLayerNormFusion")  # 5.9 instead of 5.0 ms for 20 tokens on one thread


class E5:
    """multilingual-e5-small: vectors of 384 numbers and length 1."""

    dimensions = 384

    def __init__(self, files: EncoderFiles) -> None:
        graph, tokenizer = files.e5
        self._session = _session(graph, _SLOWER)
        self._tokenizer = _tokenizer(tokenizer)

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give one row a text."""
        rows = np.zeros((len(texts), self.dimensions), np.float32)
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))

        def fill(batch: list[int]) -> None:
            rows[batch] = self._together([_PREFIX + texts[place] for place in batch])

        _for_each(fill, [order[start : start + _BATCH] for start in range(0, len(order), _BATCH)])
        return rows

    def _together(self, texts: list[str]) -> Vectors:
        encoded = self._tokenizer.encode_batch(texts)
        ids = np.array([item.ids for item in encoded], np.int32)
        mask = np.array([item.attention_mask for item in encoded], np.int32)
        (hidden,) = self._session.run(None, {"input_ids": ids, "attention_mask": mask})
        return _of_length_one((hidden * mask[:, :, None]).sum(axis=1, dtype=np.float32))


class UniversalSentenceEncoder:
    """universal-sentence-encoder-multilingual 3: vectors of 512 numbers and length 1."""

    dimensions = 512

    def __init__(self, files: EncoderFiles) -> None:
        graph, tokenizer, words, scales = files.use
        self._session = _session(graph)
        self._tokenizer = _tokenizer(tokenizer)
        self._words = np.load(words)  # 66 MB; mapped into memory, words seldom used would be read from disk each time
        with np.load(scales) as stored:
            self._scales, self._lows = stored["scales"][:, None], stored["lows"][:, None]

    def vectors(self, texts: Sequence[str]) -> Vectors:
        """Give one row a text."""
        rows = np.zeros((len(texts), self.dimensions), np.float32)

        def fill(batch: range) -> None:
            for place in batch:
                (rows[place : place + 1],) = self._session.run(None, {"tokens": self._tokens(texts[place])})

        everything = range(len(texts))
        _for_each(fill, [everything[start : start + _BATCH] for start in range(0, len(texts), _BATCH)])
        return _of_length_one(rows)

    def _tokens(self, text: str) -> Vectors:
        ids = np.array(self._tokenizer.encode(text).ids)
        part = ids % len(self._scales)
        tokens: Vectors = self._words[ids] * self._scales[part] + self._lows[part]
        return tokens


def _for_each(work: Callable[[Batch], None], batches: Sequence[Batch]) -> None:
    """Work through batches, several of them on all processors."""
    if len(batches) == 1:
        work(batches[0])
        return
    with ThreadPoolExecutor(os.cpu_count()) as threads:
        list(threads.map(work, batches))


def _session(graph: Path, disabled: Sequence[str] = ()) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    providers = ["CPUExecutionProvider"]
    return onnxruntime.InferenceSession(str(graph), options, providers=providers, disabled_optimizers=disabled)


def _tokenizer(path: Path) -> Any:
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(_LONGEST)
    return tokenizer


def _of_length_one(rows: Vectors) -> Vectors:
    whole: Vectors = rows / np.maximum(np.linalg.norm(rows, axis=1, keepdims=True), 1e-9)
    return whole
