"""The shape that einsum gives, and the products it takes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from studydl.answers.kinds import Integer, Shape
from studydl.problems.catalog.dims._axes import Ints, distinct, listed
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Shapes: TypeAlias = tuple[Ints, ...]


LETTERS = "bdhijkmnpq"
# For each letter the operands in which it occurs, and + where it stands behind the arrow.
SIMPLE = (("ab", "a+", "b+"), ("ab", "a+", "b+"), ("ab", "a+", "a+"), ("ab", "ab+", "b+"), ("a", "a+", "a+"))
BATCHED = (
    ("ab+", "ab", "a+", "b+"),
    ("ab", "ab", "a+", "b+"),
    ("ab+", "ab", "a", "b+"),
    ("ab", "a", "a+", "b+"),
    ("ab+", "ab+", "ab", "a+"),
)
ATTENTION = (("ab+", "ab+", "ab", "a+", "b+"), ("ab+", "ab", "ab", "a+", "b+"))
TRIPLES = (
    ("ab", "bc", "a+", "c+"),
    ("abc+", "ab", "bc", "a+", "c+"),
    ("ac+", "ab", "bc", "b+"),
    ("ac+", "ab", "bc", "a+"),
    ("abc", "a+", "b+", "c+"),
)


@dataclass(frozen=True, slots=True)
class Sum:
    """An einsum.

    Args:
        equation: such as "ij,jk->ik", always with an arrow; sizes of different letters differ, none is 1.
        shapes: of the operands.
        form: "shape"; "products" where their number is asked for.
    """

    equation: str
    shapes: Shapes
    form: str = "shape"

    @property
    def operands(self) -> list[str]:
        """Return the letters of each operand."""
        return self.equation.partition("->")[0].split(",")

    @property
    def output(self) -> str:
        """Return the letters of the output."""
        return self.equation.partition("->")[2]

    @property
    def letters(self) -> str:
        """Return all letters in the order in which they first occur."""
        return _once("".join(self.operands))

    @property
    def summed(self) -> str:
        """Return the letters that are summed over."""
        return "".join(letter for letter in self.letters if letter not in self.output)

    @property
    def repeated(self) -> str:
        """Return the letters that occur in several operands."""
        return "".join(letter for letter in self.letters if sum(letter in names for names in self.operands) > 1)

    @property
    def size(self) -> dict[str, int]:
        """Return the size of each letter."""
        return {
            letter: size
            for names, shape in zip(self.operands, self.shapes, strict=True)
            for letter, size in zip(names, shape, strict=True)
        }

    def sizes(self, letters: Iterable[str]) -> Ints:
        """Return the sizes of some letters."""
        size = self.size
        return tuple([size[letter] for letter in letters])

    def shaped(self, letters: Iterable[str]) -> Ints | None:
        """Return the sizes of some letters where a shape is asked for; None where products are."""
        return self.sizes(letters) if self.form == "shape" else None

    def counted(self, products: int) -> int | None:
        """Return a number of products; None where a shape is asked for."""
        return products if self.form == "products" else None


def _once(letters: str) -> str:
    """Return the letters without repetitions."""
    return "".join(dict.fromkeys(letters))


class Einsum(Family[Sum]):
    """Letters name axes; those missing behind the arrow are summed over, and the order there is the output's."""

    name, version, title = "dims.einsum", 1, "Einsum"
    source = "torch documentation: torch.einsum; numpy documentation: numpy.einsum"
    answer = {"shape": Shape(), "products": Integer()}
    prompt = {
        "shape": '{given}. What is the shape of `torch.einsum("{equation}", {names})`?',
        "products": '{given}. How many multiplications does `torch.einsum("{equation}", {names})` take, written as '
        "plain nested loops?",
    }
    conventions = {"shape": (), "products": ("additions are not counted",)}
    _sizes = "The letters name the axes: {sizes}."
    steps = {
        "shape": (
            _sizes,
            "{summed_words}.",
            "Behind the arrow stands {output}. These sizes, in this order: {answer}",
        ),
        "products": (
            _sizes,
            "One loop per letter, {summed} among them: summed over or not, each combination takes one multiplication.",
            "${product}$ = {answer}",
        ),
    }
    limits = {1: Effort(8, 2), 2: Effort(14, 2), 3: Effort(20, 5)}
    mistakes = (
        Mistake(
            "summed letter kept",
            lambda p: p.shaped(p.letters),
            "You kept all letters. Those missing behind the arrow are summed over and leave no axis: {summed}.",
            teaches="join-einsum",
        ),
        Mistake(
            "order behind the arrow ignored",
            lambda p: p.shaped(letter for letter in p.letters if letter in p.output),
            "You took the axes in the order in which they first occur. The output has the order behind the arrow: "
            "{output}.",
        ),
        Mistake(
            "alphabetical order",
            lambda p: p.shaped(sorted(p.output)),
            "You put the axes in alphabetical order, which holds only without an arrow. Here the arrow says {output}.",
            teaches="join-einsum-arrow",
        ),
        Mistake(
            "every repeated letter summed",
            lambda p: p.shaped(letter for letter in p.output if letter not in p.repeated),
            "You summed over {repeated}. A letter that stands behind the arrow stays, however often it occurs.",
            teaches="join-einsum",
        ),
        Mistake(
            "only repeated letters summed",
            lambda p: p.shaped(letter for letter in p.letters if letter in p.output or letter not in p.repeated),
            "You summed over repeated letters only. Every letter that is missing behind the arrow is summed over: "
            "{summed}.",
            teaches="join-einsum",
        ),
        Mistake(
            "all axes side by side",
            lambda p: p.shaped("".join(p.operands)),
            "You put the axes of all operands side by side. A letter names one index, and the arrow says which are "
            "left: {output}.",
            teaches="join-einsum",
        ),
        Mistake(
            "elements of the output",
            lambda p: p.counted(prod(p.sizes(p.output))),
            "That is the number of elements of the output. Each of them is a sum over {summed}, with one "
            "multiplication per term.",
        ),
        Mistake(
            "shared letters counted twice",
            lambda p: p.counted(prod(map(prod, p.shapes))),
            "You multiplied the elements of both operands. A shared letter runs once, in both at the same time: "
            "{repeated}.",
            teaches="join-einsum",
        ),
        Mistake(
            "additions counted, too",
            lambda p: p.counted(2 * prod(p.sizes(p.letters))),
            "You counted an addition for each multiplication. Multiplications alone are half of that.",
            convention="additions are not counted",
        ),
        Mistake(
            "sizes added",
            lambda p: p.counted(sum(p.sizes(p.letters))),
            "You added the sizes. Loops within loops multiply: ${product}$.",
        ),
        Mistake(
            "additions counted instead",
            lambda p: p.counted(prod(p.sizes(p.output)) * (prod(p.sizes(p.summed)) - 1)),
            "That is the number of additions, one fewer for each element of the output.",
            convention="additions are not counted",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Sum | None:
        """Level 1: one letter summed; level 2: batches, two letters; level 3: three operands, or products counted."""
        if level == 1:
            return _drawn(draw, draw.choice(SIMPLE), "ijk")
        if level == 2:
            return _drawn(draw, draw.choice(BATCHED), LETTERS)
        if draw.chance(0.5):
            return _drawn(draw, draw.choice(TRIPLES), LETTERS)
        return _drawn(draw, draw.choice(BATCHED[:2] + ATTENTION), LETTERS, "products")

    def variant(self, p: Sum) -> str:
        """Return shape or products."""
        return p.form

    def branch(self, p: Sum) -> str:
        """Return the variant and the number of operands."""
        return f"{p.form}, {len(p.shapes)} operands"

    def formula(self, p: Sum) -> Ints | int:
        """Return the sizes of the letters behind the arrow, or the product of all sizes."""
        return prod(p.sizes(p.letters)) if p.form == "products" else p.sizes(p.output)

    def effort(self, p: Sum) -> Effort:
        """Return a look at each letter, or a product for each."""
        if p.form == "products":
            return Effort(2 * len(p.letters), len(str(prod(p.sizes(p.letters)))))
        return Effort(sum(map(len, p.operands)) + len(p.output), 1)

    def facts(self, p: Sum) -> Facts:
        """Return shapes, letters and their sizes."""
        count = len(p.shapes)
        names = [f"`{name}`" for name in "abc"[:count]]
        shapes = f"the shapes {listed(p.shapes)}" if count > 1 else f"the shape {p.shapes[0]}"
        missing = f"{_code(p.summed)} {'is' if len(p.summed) == 1 else 'are'} missing behind the arrow and summed over"
        return {
            "given": f"The tensors {listed(names)} have {shapes}" if count > 1 else f"{names[0]} has {shapes}",
            "names": ", ".join("abc"[:count]),
            "sizes": ", ".join(f"{letter} = {size}" for letter, size in p.size.items()),
            "summed": _code(p.summed),
            "summed_words": missing if p.summed else "No letter is missing behind the arrow: nothing is summed over",
            "repeated": _code(p.repeated),
            "output": f"`{p.output}`",
            "product": " * ".join(map(str, p.sizes(p.letters))),
        }

    @staticmethod
    def witness(equation: str, shapes: Shapes, form: str) -> Ints | int:
        """Return the shape of a real einsum, or how many products there are before it sums."""
        import torch

        tensors = [torch.zeros(shape) for shape in shapes]
        if form == "products":  # keep every index: nothing is summed
            inputs = equation.split("->")[0]
            equation = inputs + "->" + "".join(sorted(set(inputs) - {","}))
        y = torch.einsum(equation, *tensors)
        return y.numel() if form == "products" else tuple(y.shape)


def _code(letters: str) -> str:
    """Write letters: `i` and `j`."""
    return listed([f"`{letter}`" for letter in letters]) if letters else "none"


def _drawn(draw: Draw, roles: Sequence[str], letters: str, form: str = "shape") -> Sum:
    """Draw letters, their order and their sizes.

    Args:
        draw: the source of chance.
        roles: for each letter the operands it occurs in, "a" to "c", and "+" where it stands behind the arrow.
        letters: to choose from.
        form: what is asked for.
    """
    names = dict(zip(draw.sample(letters, len(roles)), roles, strict=True))
    size = dict(zip(names, distinct(draw, len(roles), 2, 9), strict=True))
    operands = [
        "".join(draw.shuffled([letter for letter, role in names.items() if operand in role]))
        for operand in "abc"[: len({*"".join(roles)} - {"+"})]
    ]
    output = "".join(draw.shuffled([letter for letter, role in names.items() if "+" in role]))
    shapes = tuple([tuple([size[letter] for letter in operand]) for operand in operands])
    return Sum(f"{','.join(operands)}->{output}", shapes, form)
