"""The product of sparse matrices is the same however it is taken apart."""

import numpy as np
import pytest
from scipy import sparse

from knowledge_base.products import product


@pytest.mark.parametrize("rows", [1, 3, 200])
def test_common_and_rare_features_count_alike(rows: int):
    """Features that all rows have, some or none give what the whole product gives."""
    made = np.random.default_rng(0)
    left = made.random((rows, 40), np.float32) * (made.random((rows, 40)) < np.linspace(0, 1, 40))
    right = made.random((40, 150), np.float32) * (made.random((40, 150)) < np.linspace(0, 1, 40)[:, None])
    found = product(sparse.csr_matrix(left), sparse.csr_matrix(right))
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, left @ right, rtol=1e-5)
