"""The features of messages, as the components hand them on."""

from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

import numpy as np
import numpy.typing as npt
from rasa.shared.nlu.training_data.message import Message
from scipy import sparse

Floats = npt.NDArray[np.float32]

_FEATURES = "firstline_features"


@dataclass(frozen=True, eq=False)
class Row:
    """The word features (1, features) and the vector (1, dimensions) of a message.

    Rasa's own Features cost half a millisecond more, for components that this pipeline does not have.
    """

    words: sparse.csr_matrix
    meaning: Floats

    def put_on(self, message: Message) -> None:
        """Leave it on a message."""
        message.set(_FEATURES, self)

    def fingerprint(self) -> str:
        """Give what Rasa tells messages apart by."""
        return sha256(self.words.data.tobytes() + self.words.indices.tobytes() + self.meaning.tobytes()).hexdigest()


def feature_rows(messages: Sequence[Message]) -> tuple[sparse.csr_matrix, Floats]:
    """Give the word features and the vectors of messages, one row a message."""
    rows: list[Row] = [message.get(_FEATURES) for message in messages]
    if len(rows) == 1:
        return rows[0].words, rows[0].meaning
    return sparse.vstack([row.words for row in rows], format="csr"), np.vstack([row.meaning for row in rows])
