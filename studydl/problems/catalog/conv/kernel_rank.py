"""Whether a kernel can be split into a column and a row, and how many such pairs it takes otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from typing import TypeAlias

from studydl.answers.kinds import Choice, Integer
from studydl.answers.values import Value
from studydl.problems.catalog.conv._grids import Rows, block, signed
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Row: TypeAlias = tuple[int, ...]

# How a dependent row of a level 3 kernel is made of its first two rows, and how that is said.
COMBINATIONS = {
    (2, 0): "2 times row 1",
    (0, -1): "row 2 with all signs changed",
    (1, 1): "row 1 plus row 2",
    (1, -1): "row 1 minus row 2",
    (2, 1): "2 times row 1, plus row 2",
    (1, 2): "row 1 plus 2 times row 2",
    (-1, 1): "row 2 minus row 1",
}
SIDE = (-3, -2, -1, 1, 2, 3)  # numbers of a level 2 column or row


@dataclass(frozen=True, slots=True)
class Kernels:
    """One kernel, or four of which one is a column times a row.

    Args:
        ask: "missing", "which" or "passes".
        kernel: the kernel, 3x3, or 4x4 to 5x5 where passes are asked for; empty where a number is missing.
        symmetric: a 3x3 kernel that equals its transpose, or empty.
        dependent: a 3x3 kernel whose last row is the sum of the others, or empty.
        spoiled: a column times a row with one number changed, or empty.
        column: where a number is missing: the column, numbers from -3 to 5, never 0.
        row: the row it is multiplied by, numbers from -4 to 4, never 0.
        hole: row and column of the missing number, counted from 0.
    """

    ask: str
    kernel: Rows = ()
    symmetric: Rows = ()
    dependent: Rows = ()
    spoiled: Rows = ()
    column: Row = ()
    row: Row = ()
    hole: tuple[int, int] = (0, 0)

    def at(self, i: int, j: int) -> int:
        """Return a number of the kernel in which one is missing."""
        return self.column[i] * self.row[j]

    @property
    def beside(self) -> tuple[int, int]:
        """Return another row and column to compare with: where the numbers are smallest."""
        i = min({0, 1, 2} - {self.hole[0]}, key=lambda i: (abs(self.column[i]), i))
        j = min({0, 1, 2} - {self.hole[1]}, key=lambda j: (abs(self.row[j]), j))
        return i, j

    @property
    def corners(self) -> tuple[int, int, int]:
        """Return the number in the hole's row, the one in its column, and the one in neither."""
        (i, j), (k, m) = self.hole, self.beside
        return self.at(i, m), self.at(k, j), self.at(k, m)

    @property
    def options(self) -> tuple[Rows, ...]:
        """Return the four kernels."""
        return self.kernel, self.symmetric, self.dependent, self.spoiled

    @property
    def area(self) -> int:
        """Return the weights of the kernel."""
        return len(self.kernel) * len(self.kernel[0])

    @property
    def sides(self) -> int:
        """Return the multiplications of one column and one row pass for an output value."""
        return len(self.kernel) + len(self.kernel[0])


def rank(rows: Rows) -> int:
    """Return the rank by elimination in whole numbers."""
    left, found = list(rows), 0
    for column in range(len(rows[0])):
        pivot = next((row for row in left if row[column]), None)
        if pivot is None:
            continue
        found += 1
        left.remove(pivot)
        left = [tuple(pivot[column] * x - row[column] * y for x, y in zip(row, pivot, strict=True)) for row in left]
    return found


def multiples(a: Row, b: Row) -> bool:
    """Say whether one row is a multiple of the other: every 2x2 minor is 0."""
    return all(a[i] * b[j] == a[j] * b[i] for i, j in combinations(range(len(a)), 2))


def split(rows: Rows) -> bool:
    """Say whether a kernel is a column times a row."""
    return all(multiples(a, b) for a, b in combinations(rows, 2))


def unlike(rows: Rows) -> int:
    """Return how many rows there are of which none is a multiple of another."""
    return sum(not any(multiples(row, before) for before in rows[:i]) for i, row in enumerate(rows))


def written(rows: Rows) -> str:
    """Write a kernel as an option."""
    return "[" + ", ".join(f"[{', '.join(map(str, row))}]" for row in rows) + "]"


def missing(value: Callable[[int, int, int], Fraction | int]) -> Callable[[Kernels], Value | None]:
    """Return a mistake's value made of the numbers beside the hole; None where it is no whole number."""

    def whole(p: Kernels) -> int | None:
        if p.ask != "missing":
            return None
        found = Fraction(value(*p.corners))
        return int(found) if found.denominator == 1 else None

    return whole


def wrong(place: int) -> Callable[[Kernels], Value | None]:
    """Return a mistake's value: one of the kernels that cannot be split."""
    return lambda p: written(p.options[place]) if p.ask == "which" else None


def passes(value: Callable[[Kernels], int]) -> Callable[[Kernels], Value | None]:
    """Return a mistake's value that applies where passes are asked for."""
    return lambda p: value(p) if p.ask == "passes" else None


class KernelRank(Family[Kernels]):
    """A kernel splits into a column and a row exactly if its rank is 1: every row is a multiple of every other."""

    name, version, title = "conv.kernel-rank", 1, "Rank of a kernel"
    source = "Strang (2016), Introduction to linear algebra, section 7.1; torch.linalg.matrix_rank documentation"
    answer = {"missing": Integer(), "which": Choice(), "passes": Integer()}
    prompt = {
        "missing": "This kernel is a column times a row, with one number missing:\n\n{grid}\n\nWhich number is it?",
        "which": "Which of these kernels can be applied as a 3x1 pass followed by a 1x3 pass, with the same result?",
        "passes": "This kernel is to be applied as pairs of a {height}x1 and a 1x{width} pass whose results are added "
        "up, with as few pairs as possible:\n\n{grid}\n\nHow many multiplications does that take per output value?",
    }
    conventions = {
        "missing": (),
        "which": ("a kernel is given row by row",),
        "passes": ("one channel", "each weight of a pass is one multiplication per value it puts out, even a zero"),
    }
    steps = {
        "missing": (
            "In a column times a row, every row is a multiple of every other.",
            "In column {other_column}, row {hole_row} has {along} where row {other_row} has {corner}: it is {ratio} "
            "times row {other_row}.",
            "In column {hole_column}, row {other_row} has {above}: ${factor} * {above_signed}$ = {answer}",
        ),
        "which": (
            "In a column times a row all rows are multiples of one another, so products across are equal.",
            "{symmetric}: {symmetric_words}.",
            "{dependent}: {dependent_words}.",
            "{spoiled}: {spoiled_words}.",
            "That leaves one, whose rows are {factors} times the first: {answer}",
        ),
        "passes": (
            "Look for rows that are made of others: {made}.",
            "{independent} are made of no others, so the rank is {rank}: that many pairs are needed, and they suffice.",
            "A pair takes ${height} + {width} = {sides}$ multiplications: ${rank} * {sides}$ = {answer}",
        ),
    }
    limits = {1: Effort(4, 2), 2: Effort(16, 2), 3: Effort(30, 2)}
    mistakes = (
        Mistake(
            "rows continued by adding",
            missing(lambda along, above, corner: along + above - corner),
            "You kept the differences between rows the same. It is the ratio that stays: row {hole_row} is {ratio} "
            "times row {other_row}.",
        ),
        Mistake(
            "filled by symmetry",
            lambda p: p.at(p.hole[1], p.hole[0]) if p.ask == "missing" and p.hole[0] != p.hole[1] else None,
            "You made the kernel symmetric. A column times a row need not be: its rows are multiples of one another.",
            teaches="conv-spatial",
        ),
        Mistake(
            "ratio upside down",
            missing(lambda along, above, corner: Fraction(above * corner, along)),
            "You turned the ratio over. Row {hole_row} has {along} where row {other_row} has {corner}, so it is "
            "{ratio} times row {other_row}.",
        ),
        Mistake(
            "rows that add up to zero",
            lambda p: _opposite(p) if p.ask == "missing" else None,
            "You made the row add up to zero. Many edge filters do, but what splits a kernel is that its rows are "
            "multiples of one another.",
            teaches="conv-spatial",
        ),
        Mistake(
            "symmetric kernel",
            wrong(1),
            "You took the one that equals its transpose. That does not help: {symmetric_words}.",
            teaches="conv-spatial",
        ),
        Mistake(
            "determinant zero",
            wrong(2),
            "You took one whose determinant is 0. That says that its rank is less than 3, not that it is 1: "
            "{dependent_words}.",
            teaches="conv-spatial",
        ),
        Mistake(
            "two rows looked at",
            wrong(3),
            "You took one in which two rows are multiples of each other. All three must be: {spoiled_words}.",
            teaches="conv-spatial",
        ),
        Mistake(
            "a pair for each row",
            passes(lambda p: min(len(p.kernel), len(p.kernel[0])) * p.sides),
            "You counted every row. Rows that are made of others need no pair of their own: {made}.",
        ),
        Mistake(
            "only multiples merged",
            passes(lambda p: unlike(p.kernel) * p.sides),
            "You merged rows only where one is a multiple of another. Sums of other rows need no pair either: {made}.",
        ),
        Mistake(
            "one pair",
            passes(lambda p: p.sides),
            "You split the kernel into one column and one row. Not all its rows are multiples of one another: its rank "
            "is {rank}.",
            teaches="conv-spatial",
        ),
        Mistake(
            "whole kernel",
            passes(lambda p: p.area),
            "That is what the kernel takes as it is. A pair of passes takes ${height} + {width}$; {rank} are needed.",
        ),
        Mistake(
            "pairs as whole kernels",
            passes(lambda p: rank(p.kernel) * p.area),
            "You counted {rank} kernels in full. A pair is a column and a row: ${height} + {width}$ multiplications.",
            teaches="conv-spatial",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Kernels | None:
        """Level 1: a missing number; level 2: which kernel splits; level 3: the passes of a larger kernel."""
        if level == 1:
            column, row = draw.sample((-3, -2, -1, 1, 2, 3, 4, 5), 3), draw.sample((-4, -3, -2, -1, 1, 2, 3, 4), 3)
            return Kernels("missing", column=column, row=row, hole=(draw.integer(0, 2), draw.integer(0, 2)))
        if level == 2:
            return _four(draw)
        return _combined(draw)

    def variant(self, p: Kernels) -> str:
        """Return what is asked."""
        return p.ask

    def formula(self, p: Kernels) -> Value:
        """Return the number that makes a minor 0, the kernel all whose minors are 0, or the rank's multiplications."""
        if p.ask == "missing":
            along, above, corner = p.corners
            return along * above // corner
        return written(next(filter(split, p.options))) if p.ask == "which" else rank(p.kernel) * p.sides

    def effort(self, p: Kernels) -> Effort:
        """Return a product and a quotient, the comparison of rows in four kernels, or looking for combinations."""
        return Effort({"missing": 2, "which": 12, "passes": 6 * len(p.kernel)}[p.ask], 2)

    def facts(self, p: Kernels) -> Facts:
        """Return the grid, and how its rows hang together."""
        if p.ask == "missing":
            return _hole_facts(p)
        if p.ask == "which":
            return {
                "symmetric": written(p.symmetric),
                "symmetric_words": _contradiction(p.symmetric),
                "dependent": written(p.dependent),
                "dependent_words": _contradiction(p.dependent),
                "spoiled": written(p.spoiled),
                "spoiled_words": _contradiction(p.spoiled),
                "factors": tuple(Fraction(row[0], p.kernel[0][0]) for row in p.kernel),
            }
        made = [_made(p.kernel, i) for i in range(len(p.kernel))]
        independent = [str(i + 1) for i, words in enumerate(made) if not words]
        return {
            "grid": block(("", p.kernel)),
            "height": len(p.kernel),
            "width": len(p.kernel[0]),
            "made": "; ".join(f"row {i + 1} is {words}" for i, words in enumerate(made) if words),
            "independent": f"Rows {', '.join(independent[:-1])} and {independent[-1]}",
            "rank": rank(p.kernel),
            "sides": p.sides,
        }

    @staticmethod
    def witness(
        ask: str,
        kernel: Rows,
        symmetric: Rows,
        dependent: Rows,
        spoiled: Rows,
        column: Row,
        row: Row,
        hole: tuple[int, int],
    ) -> object:
        """Return what torch's outer product holds, or what its ranks say."""
        import torch

        if ask == "missing":
            answer: object = torch.outer(torch.tensor(column), torch.tensor(row))[hole].item()
        elif ask == "which":
            options = [kernel, symmetric, dependent, spoiled]
            ranks = torch.linalg.matrix_rank(torch.tensor(options, dtype=torch.float64)).tolist()
            answer = str([list(line) for line in options[ranks.index(1)]])
        else:
            pairs = torch.linalg.matrix_rank(torch.tensor(kernel, dtype=torch.float64)).item()
            answer = pairs * (len(kernel) + len(kernel[0]))
        return answer


def _four(draw: Draw) -> Kernels | None:
    """Draw a kernel that splits, and three that do not for different reasons."""
    column, row, other, second = (tuple(draw.choice(SIDE) for _ in range(3)) for _ in range(4))
    a, b, c, d, e, f = draw.integers(6, -4, 6)
    first, last = draw.integers(3, -4, 4), draw.integers(3, -4, 4)
    changed = draw.integer(0, 2), draw.integer(0, 2), draw.choice((-2, -1, 1, 2))
    p = Kernels(
        "which",
        _outer(column, row),
        ((a, b, c), (b, d, e), (c, e, f)),
        (first, last, _mixed(first, last, (1, 1))),
        _changed(_outer(other, second), *changed),
    )
    alike = len(set(column)) == 1 or any(rows == tuple(zip(*rows, strict=True)) for rows in (p.kernel, p.dependent))
    return None if alike or any(map(split, p.options[1:])) else p


def _combined(draw: Draw) -> Kernels | None:
    """Draw a kernel of rank 2 to 4, some of whose rows are made of the first two."""
    height, width = draw.choice(((4, 4), (4, 5), (4, 6), (5, 4), (5, 5)))
    own = draw.sample(range(2, height), draw.integer(0, height - 3))  # rows that are made of no others
    rows = [draw.integers(width, -1, 3), draw.integers(width, -1, 3)]
    for i in range(2, height):
        mixture = draw.choice(tuple(COMBINATIONS))
        rows.append(draw.integers(width, -1, 3) if i in own else _mixed(rows[0], rows[1], mixture))
    p = Kernels("passes", tuple(rows))
    found = rank(p.kernel)
    return p if found == 2 + len(own) < min(width, unlike(p.kernel)) and all(map(any, rows)) else None


def _outer(column: Row, row: Row) -> Rows:
    """Return a column times a row."""
    return tuple(tuple(x * y for y in row) for x in column)


def _mixed(a: Row, b: Row, mixture: tuple[int, int]) -> Row:
    """Return a row made of two others."""
    return tuple(mixture[0] * x + mixture[1] * y for x, y in zip(a, b, strict=True))


def _changed(rows: Rows, i: int, j: int, by: int) -> Rows:
    """Return an array with one number changed."""
    return tuple(tuple(x + by * ((i, j) == (k, m)) for m, x in enumerate(row)) for k, row in enumerate(rows))


def _opposite(p: Kernels) -> int:
    """Return the number that makes the row of the hole add up to zero."""
    i, j = p.hole
    return p.at(i, j) - sum(p.at(i, m) for m in range(3))


def _contradiction(rows: Rows) -> str:
    """Return two rows and columns that rule out a column times a row."""
    for (k, a), (m, b) in combinations(enumerate(rows), 2):
        for i, j in combinations(range(len(a)), 2):
            if a[i] * b[j] != a[j] * b[i]:
                left, right = f"{signed(a[i])} * {signed(b[j])}", f"{signed(a[j])} * {signed(b[i])}"
                return f"in rows {k + 1} and {m + 1}, columns {i + 1} and {j + 1}, ${left} != {right}$"
    raise ValueError(f"{rows} is a column times a row")


def _made(rows: Rows, i: int) -> str:
    """Return how a row is made of the first two; empty where it is not."""
    found = (words for mixture, words in COMBINATIONS.items() if rows[i] == _mixed(rows[0], rows[1], mixture))
    return next(found, "") if i > 1 else ""


def _hole_facts(p: Kernels) -> Facts:
    """Return the grid with its hole, and the numbers beside it."""
    (i, j), (k, m) = p.hole, p.beside
    along, above, corner = p.corners
    ratio = Fraction(along, corner)
    grid = [["?" if (r, c) == p.hole else p.at(r, c) for c in range(3)] for r in range(3)]
    whole = signed(ratio.numerator) if ratio.denominator == 1 else ""
    return {
        "grid": block(("", grid)),
        "hole_row": i + 1,
        "hole_column": j + 1,
        "other_row": k + 1,
        "other_column": m + 1,
        "along": along,
        "above": above,
        "above_signed": signed(above),
        "corner": corner,
        "ratio": ratio,
        "factor": whole or f"frac({ratio.numerator}, {ratio.denominator})",
    }
