from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction

import numpy as np
import pytest
from scipy.sparse import csr_array

from studydl.problems import catalog
from studydl.problems.catalog.matrix.csr_bytes import Sparse
from studydl.problems.model import Problem


def size_of(rows: int, columns: int, nonzeros: int, dtype: str) -> int:
    """Return the bytes of scipy's arrays, values in the dtype and indices as int64."""
    places = np.random.default_rng(nonzeros).choice(rows * columns, nonzeros, replace=False)
    matrix = csr_array((np.ones(nonzeros), np.divmod(places, columns)), shape=(rows, columns))
    indices, pointers = (array.astype(np.int64) for array in (matrix.indices, matrix.indptr))
    return int(matrix.data.astype(dtype).nbytes + indices.nbytes + pointers.nbytes)


def test_the_bytes_are_those_of_scipy_with_wide_indices(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("matrix.csr-bytes"):
        rows, columns, nonzeros = (int(str(problem.params[name])) for name in ("rows", "columns", "nonzeros"))
        dtype, asks, value = str(problem.params["dtype"]), problem.params["asks"], number(problem.answer.value)
        dense = np.empty((rows, columns), dtype).nbytes
        if asks == "most":
            most = int(value)
            assert size_of(rows, columns, most, dtype) < dense <= size_of(rows, columns, most + 1, dtype), problem.id
        else:
            size = size_of(rows, columns, nonzeros, dtype)
            assert float(value) == pytest.approx(100 * size / dense if asks == "percent" else size), problem.id


def test_the_bytes_by_hand() -> None:
    # 5 values of 4 bytes, 5 column indices and 4 pointers of 8: 20 + 40 + 32
    formula = catalog.get("matrix.csr-bytes").formula
    assert formula(Sparse(3, 7, 5, "float32", "total")) == 92
    # half of 40 entries in float16: 20 * 10 + 5 * 8 = 240 of 80 bytes
    assert formula(Sparse(4, 10, 20, "float16", "percent")) == 300


def test_the_break_even_by_hand() -> None:
    # dense 3 * 8 * 4 = 96 bytes; 32 for the pointers leave 64: 5 entries of 12 bytes
    formula = catalog.get("matrix.csr-bytes").formula
    assert formula(Sparse(3, 8, 0, "float32", "most")) == 5
    # dense 48, pointers 24: the other 24 would be 2 entries of 12, just as many as dense
    assert formula(Sparse(2, 6, 0, "float32", "most")) == 1
