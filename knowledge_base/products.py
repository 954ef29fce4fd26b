"""Multiplies sparse matrices whose product is nearly full."""

import numpy as np
import numpy.typing as npt
from scipy import sparse

_FEW = 64  # rows; fewer are not worth taking apart
_COMMON = 0.004  # of all pairs; where more share a feature, BLAS is faster than going through them one by one


def product(left: sparse.spmatrix, right: sparse.spmatrix) -> npt.NDArray[np.float32]:
    """Give left (rows, features) @ right (features, columns), full; the features most rows have as full matrices.

    Of `right` in rows, a single row on the left reads only those of its own features.
    """
    if left.shape[0] == 1:
        shared: npt.NDArray[np.float32] = right.tocsr()[left.indices].T @ left.data
        return shared[None].astype(np.float32, copy=False)
    if left.shape[0] < _FEW:
        return np.asarray((left @ right).toarray(), np.float32)
    pairs = left.getnnz(axis=0).astype(np.int64) * right.getnnz(axis=1)
    common = pairs > _COMMON * left.shape[0] * right.shape[1]
    by_column, by_row = left.tocsc(), right.tocsr()
    rare = (by_column[:, ~common].tocsr() @ by_row[~common]).toarray()
    rare += by_column[:, common].toarray() @ by_row[common].toarray()
    return np.asarray(rare, np.float32)
