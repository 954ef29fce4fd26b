"""Reads the features that the features component left on messages."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy import sparse


def feature_rows(messages: Sequence[Message]) -> tuple[sparse.csr_matrix, npt.NDArray[np.float32]]:
    """Give the word features and the vectors of messages, one row a message."""
    words = [message.get_sparse_features(TEXT)[1].features for message in messages]
    vectors = [message.get_dense_features(TEXT)[1].features for message in messages]
    return sparse.vstack(words, format="csr", dtype=np.float32), np.vstack(vectors).astype(np.float32)
