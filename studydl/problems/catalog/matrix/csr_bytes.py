"""What a sparse matrix takes in compressed rows (CSR)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Integer, Real
from studydl.answers.values import Value
from studydl.problems.catalog._writing import short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake, params_of

SIZES = {"float16": 2, "float32": 4, "float64": 8}
INDEX = 8  # bytes of an int64


@dataclass(frozen=True, slots=True)
class Sparse:
    """A matrix with few nonzero entries.

    Args:
        rows: 3 to 160.
        columns: 3 to 160.
        nonzeros: how many entries are not zero; 0 where the most is asked for.
        dtype: of the entries: "float16", "float32" or "float64".
        asks: "total", "rows" or "percent", by how the prompt gives the nonzeros; "most" for the break-even.
    """

    rows: int
    columns: int
    nonzeros: int
    dtype: str
    asks: str

    @property
    def value_size(self) -> int:
        """Return the bytes of one entry."""
        return SIZES[self.dtype]

    @property
    def dense(self) -> int:
        """Return the bytes of all entries."""
        return self.rows * self.columns * self.value_size

    def asked(self, each: int, pointers: int) -> Value:
        """Return what the prompt asks for, if a nonzero took that many bytes and the row pointers these."""
        if self.asks == "most":
            return (self.dense - pointers - 1) // each
        size = self.nonzeros * each + pointers
        return Fraction(100 * size, self.dense) if self.asks == "percent" else size


def stored(each: Callable[[Sparse], int], pointers: Callable[[Sparse], int]) -> Callable[[Sparse], Value]:
    """Return a mistake about the bytes of a nonzero or of the row pointers."""
    return lambda s: s.asked(each(s), pointers(s))


class CsrBytes(Family[Sparse]):
    """CSR keeps a value and a column index for each nonzero entry, and rows + 1 pointers to where rows begin."""

    name, version, title = "matrix.csr-bytes", 1, "Bytes of a sparse CSR matrix"
    source = (
        "torch.sparse documentation, section Sparse CSR Tensor; Saad (2003), Iterative Methods for Sparse Linear "
        "Systems"
    )
    answer = {
        "total": Integer(unit="bytes"),
        "rows": Integer(unit="bytes"),
        "percent": Real(places=1, unit="%"),
        "most": Integer(),
    }
    prompt = {
        "total": "A {dtype} matrix of shape ({rows}, {columns}) has {nonzeros} nonzero entries. How many bytes do the "
        "tensors of its CSR form (`to_sparse_csr()`) take together?",
        "rows": "A {dtype} matrix of shape ({rows}, {columns}) has {a_row} nonzero entries in each row. How many bytes "
        "do the tensors of its CSR form (`to_sparse_csr()`) take together?",
        "percent": "The weight of `nn.Linear({columns}, {rows})`, in {dtype}, is pruned: {zeros}% of its entries are "
        "zero. What percentage of the dense weight's bytes does its CSR form (`to_sparse_csr()`) take, to 1 decimal?",
        "most": "The entries of a matrix of shape ({rows}, {columns}) are {dtype}. What is the largest number of "
        "nonzero entries with which its CSR form (`to_sparse_csr()`) takes fewer bytes than the dense matrix?",
    }
    conventions = ("indices are int64, as torch makes them",)
    _each = "Each nonzero entry has a value of {value_size} and a column index of 8 bytes: {each} bytes."
    _pointers = "One int64 for the start of each row and one for the end: $8 * ({rows} + 1) = {pointers}$ bytes."
    steps = {
        "total": (_each, _pointers, "${nonzeros} * {each} + {pointers}$ = {answer}"),
        "rows": (
            "There are ${rows} * {a_row} = {nonzeros}$ nonzero entries.",
            _each,
            _pointers,
            "${nonzeros} * {each} + {pointers}$ = {answer}",
        ),
        "percent": (
            "Of ${rows} * {columns} = {entries}$ entries, {nonzeros} are not zero. Dense: ${entries} * {value_size} = "
            "{dense}$ bytes.",
            _each,
            _pointers,
            "CSR takes ${nonzeros} * {each} + {pointers} = {size}$ bytes.",
            "$frac({size}, {dense})$ = {answer}",
        ),
        "most": (
            "Dense: ${rows} * {columns} * {value_size} = {dense}$ bytes.",
            _each,
            _pointers,
            "That leaves ${dense} - {pointers} = {left}$ bytes; $frac({left}, {each}) = {quotient}$.",
            "The largest whole number below: {answer}",
        ),
    }
    limits = {1: Effort(6, 5), 2: Effort(8, 6), 3: Effort(10, 7)}
    mistakes = (
        Mistake(
            "int32 indices",
            stored(lambda s: s.value_size + 4, lambda s: 4 * (s.rows + 1)),
            "That is right with indices of 4 bytes, as scipy makes them. torch makes int64 indices of 8 bytes.",
            convention="indices are int64",
        ),
        Mistake(
            "as many bytes as dense",
            lambda s: (s.dense - INDEX * (s.rows + 1)) // (s.value_size + INDEX) if s.asks == "most" else None,
            "With {value} entries both take the same {dense} bytes. The question asks where CSR takes fewer.",
        ),
        Mistake(
            "one pointer a row",
            stored(lambda s: s.value_size + INDEX, lambda s: INDEX * s.rows),
            "You counted {rows} row pointers. There is one more, for the end of the last row: {rows} + 1.",
            teaches="matrix-csr",
        ),
        Mistake(
            "pointers for columns",
            stored(lambda s: s.value_size + INDEX, lambda s: INDEX * (s.columns + 1)),
            "You counted pointers for the {columns} columns. CSR compresses rows: {rows} + 1 pointers.",
            teaches="matrix-csr",
        ),
        Mistake(
            "no row pointers",
            stored(lambda s: s.value_size + INDEX, lambda s: 0),
            "You left the row pointers out: {rows} + 1 of 8 bytes.",
            teaches="matrix-csr",
        ),
        Mistake(
            "row and column for each entry",
            stored(lambda s: s.value_size + 2 * INDEX, lambda s: 0),
            "That is the COO form, with a row and a column index for each entry. CSR replaces the row indices with "
            "{rows} + 1 pointers.",
            teaches="matrix-csr",
        ),
        Mistake(
            "values only",
            lambda s: None if s.asks == "most" else s.asked(s.value_size, 0),
            "You counted the values. Each needs a column index of 8 bytes, and each row a pointer.",
            teaches="matrix-csr",
        ),
        Mistake(
            "dense",
            lambda s: s.dense if s.asks in ("total", "rows") else None,
            "Those are the bytes of the dense matrix. CSR stores the {nonzeros} nonzero entries only, with their "
            "places.",
        ),
        Mistake(
            "zeros stored",
            lambda s: _percent_of_zeros(s),
            "You stored the zeros. The other {kept}% of the entries are kept: {nonzeros}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Sparse | None:
        """Level 1: a small matrix; level 2: nonzeros by row, any dtype; level 3: percent of dense, or break-even."""
        dtype = draw.choice(tuple(SIZES))
        if level == 1:
            rows, columns = draw.integer(3, 20), draw.integer(3, 20)
            return Sparse(rows, columns, draw.integer(2, rows * columns // 2), "float32", "total")
        if level == 2:
            rows, columns = draw.integer(20, 120), draw.integer(20, 120)
            return Sparse(rows, columns, rows * draw.integer(2, 12), dtype, "rows")
        if draw.chance(0.5):
            rows, columns = 2 * draw.integer(4, 80), 5 * draw.integer(4, 32)
            return Sparse(rows, columns, rows * columns * draw.integer(1, 5) // 10, dtype, "percent")
        return Sparse(draw.integer(12, 160), draw.integer(12, 160), 0, dtype, "most")

    def variant(self, s: Sparse) -> str:
        """Return total, rows, percent or most."""
        return s.asks

    def formula(self, s: Sparse) -> Value:
        """Return nonzeros times (value and index) plus rows + 1 pointers, or what follows from it."""
        return s.asked(s.value_size + INDEX, INDEX * (s.rows + 1))

    def effort(self, s: Sparse) -> Effort:
        """Return the sums and products to write down."""
        return Effort({"total": 5, "rows": 6, "percent": 9, "most": 8}[s.asks], len(str(s.dense)))

    def facts(self, s: Sparse) -> Facts:
        """Return the matrix and the bytes on the way."""
        each, pointers, entries = s.value_size + INDEX, INDEX * (s.rows + 1), s.rows * s.columns
        kept = 100 * s.nonzeros // entries
        return {
            **params_of(s),
            "a_row": s.nonzeros // s.rows,
            "value_size": s.value_size,
            "each": each,
            "pointers": pointers,
            "entries": entries,
            "kept": kept,
            "zeros": 100 - kept,
            "dense": s.dense,
            "size": s.nonzeros * each + pointers,
            "left": s.dense - pointers,
            "quotient": short(Fraction(s.dense - pointers, each), 2),
        }

    @staticmethod
    def witness(rows: int, columns: int, nonzeros: int, dtype: str, asks: str) -> object:
        """Return what the tensors of real CSR matrices take."""
        import warnings

        import torch

        dense = torch.zeros(rows, columns, dtype=getattr(torch, dtype))
        dense.view(-1)[:nonzeros] = 1
        with warnings.catch_warnings(action="ignore"):  # torch still calls CSR a beta feature
            sparse = dense.to_sparse_csr()
        parts = [sparse.values(), sparse.col_indices(), sparse.crow_indices()]
        size = sum(part.nbytes for part in parts)
        entry = parts[0].element_size() + parts[1].element_size()
        fewer = size + entry * torch.arange(dense.numel()) < dense.nbytes  # for 0, 1, 2, ... entries more
        return {"most": int(fewer.sum()) - 1, "percent": 100 * size / dense.nbytes}.get(asks, size)


def _percent_of_zeros(s: Sparse) -> Fraction | None:
    """Return the percentage if the zeros were stored and the other entries not."""
    zeros = s.rows * s.columns - s.nonzeros
    size = zeros * (s.value_size + INDEX) + INDEX * (s.rows + 1)
    return Fraction(100 * size, s.dense) if s.asks == "percent" else None
