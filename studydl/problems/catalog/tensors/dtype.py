"""The dtype of a tensor that is made from data or computed from tensors of several dtypes."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from studydl.answers.kinds import Choice, Integer
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Ints: TypeAlias = tuple[int, ...]
Step: TypeAlias = tuple[str, str, str]  # an operation, then "tensor" or "scalar" and its dtype, or "number" and it

BYTES = {
    "bool": 1,
    "uint8": 1,
    "int8": 1,
    "int16": 2,
    "int32": 4,
    "int64": 8,
    "float16": 2,
    "bfloat16": 2,
    "float32": 4,
    "float64": 8,
}
SIGNS = {"add": "+", "sub": "-", "mul": "*", "div": "/"}
ARRAYS = ("float64", "float16", "int64", "int32", "int16", "uint8", "bool")


@dataclass(frozen=True, slots=True)
class Computed:
    """A tensor and how it comes about.

    Args:
        dtype: of the data or of the tensor `a`.
        shape: of it, 1 to 3 sizes.
        maker: "" or what makes a tensor of a numpy array: "tensor", "Tensor", "as_tensor", "from_numpy".
        listed: True where the array is turned into a Python list first.
        steps: what is done with `a`, one after the other.
        then: "", or "sum".
    """

    dtype: str
    shape: Ints
    maker: str = ""
    listed: bool = False
    steps: tuple[Step, ...] = ()
    then: str = ""

    @property
    def elements(self) -> int:
        """Return the number of elements."""
        return prod(self.shape)

    @property
    def form(self) -> str:
        """Return list, array, pair or chain."""
        if self.maker:
            return "list" if self.listed else "array"
        return "pair" if len(self.steps) == 1 else "chain"

    @property
    def results(self) -> list[str]:
        """Return the dtype at the start and after each step."""
        found = [self.dtype]
        for step in self.steps:
            found.append(after(found[-1], step))
        return found


def category(dtype: str) -> int:
    """Return 0 for bool, 1 for integers, 2 for floating point."""
    return 0 if dtype == "bool" else 1 if "int" in dtype else 2


def promote(a: str, b: str) -> str:
    """Return the dtype of two tensors that both have axes: the higher category wins, then the larger size."""
    if category(a) != category(b):
        return max(a, b, key=category)
    if BYTES[a] != BYTES[b]:
        return max(a, b, key=BYTES.__getitem__)
    # Neither of two different dtypes of the same size holds all values of the other.
    return a if a == b else "int16" if category(a) == 1 else "float32"


def as_tensor(kind: str, what: str) -> str:
    """Return the dtype an operand brings along; Python numbers bring the default of their category."""
    return what if kind != "number" else "float32" if "." in what else "int64"


def after(dtype: str, step: Step) -> str:
    """Return the dtype after a step; operands without axes count only if their category is higher."""
    op, kind, what = step
    other = as_tensor(kind, what)
    result = promote(dtype, other) if kind == "tensor" or category(other) > category(dtype) else dtype
    return "float32" if op == "div" and category(result) < 2 else result


def made(p: Computed) -> str:
    """Return the dtype of a tensor made from data."""
    if p.maker == "Tensor" or (p.listed and p.dtype == "float64"):
        return "float32"
    return p.dtype


def final(p: Computed) -> str:
    """Return the dtype of the result."""
    dtype = made(p) if p.maker else p.results[-1]
    return "int64" if p.then == "sum" and category(dtype) < 2 else dtype


def in_numpy(a: str, b: str) -> str | None:
    """Return the dtype numpy gives two arrays: one that holds the values of both; None for bfloat16."""
    if "bfloat16" in (a, b):
        return None
    if {category(a), category(b)} != {1, 2}:
        return promote(a, b)
    whole, floating = sorted((a, b), key=category)
    return promote(floating, {1: "float16", 2: "float32", 4: "float64", 8: "float64"}[BYTES[whole]])


def _told(p: Computed, dtype: str | None) -> Value | None:
    """Return a dtype as the question asks for it: as text in a chain, else as the bytes of all elements."""
    return dtype if dtype is None or p.form == "chain" else p.elements * BYTES[dtype]


def _as_arrays(p: Computed) -> str | None:
    """Return the dtype of a pair as numpy has it."""
    if p.form != "pair":
        return None
    ((op, _, other),) = p.steps
    dtype = in_numpy(p.dtype, other)
    return "float64" if dtype and op == "div" and category(dtype) < 2 else dtype


def _chained(p: Computed, *, scalars: str) -> str | None:
    """Return the dtype of a chain whose operands without axes count like tensors, or are ignored."""
    if p.form != "chain":
        return None
    dtype = p.dtype
    for op, kind, what in p.steps:
        if kind == "tensor" or scalars == "count":
            dtype = after(dtype, (op, "tensor", "float64" if "." in what else as_tensor(kind, what)))
    return "int64" if p.then == "sum" and category(dtype) < 2 else dtype


def _undivided(p: Computed) -> str | None:
    """Return the dtype if division kept integers; None where no integers are divided."""
    steps = tuple([("mul", kind, what) for _, kind, what in p.steps])
    return None if p.maker else final(Computed(p.dtype, p.shape, steps=steps, then=p.then))


def _one_operand(p: Computed) -> str | None:
    """Return the dtype of `a`, or of the other operand where `a` has that of the result; None for data."""
    if p.maker:
        return None
    return p.dtype if p.dtype != final(p) else as_tensor(*p.steps[0][1:])


def _largest(p: Computed) -> str | None:
    """Return the dtype with the most bytes among the operands; None where there is one operand only."""
    if p.maker:
        return None
    return max([p.dtype, *(as_tensor(kind, what) for _, kind, what in p.steps)], key=BYTES.__getitem__)


class Dtype(Family[Computed]):
    """Data keep or get a dtype; operands with axes promote each other, others count only in a higher category."""

    name, version, title = "tensors.dtype", 1, "Dtype of a result"
    source = "torch documentation: Tensor Attributes, section torch.dtype; torch.tensor; torch.sum"
    answer = {
        "list": Integer("bytes"),
        "array": Integer("bytes"),
        "pair": Integer("bytes"),
        "chain": Choice(),
        "sum": Choice(),
    }
    _chain = "`a` has the dtype {dtype} and the shape {sizes}{others}. What is the dtype of `{expression}`?"
    prompt = {
        "list": "`v` is a list of {count} Python {things}. How many bytes do the elements of `torch.{maker}(v)` take?",
        "array": "`v` is a numpy array of dtype {dtype} and shape {sizes}. How many bytes do the elements of "
        "`torch.{maker}(v)` take?",
        "pair": "`a` has the dtype {dtype}, `b` has the dtype {other}, and both have the shape {sizes}. How many bytes "
        "do the elements of `{expression}` take?",
        "chain": _chain,
        "sum": _chain,
    }
    conventions = {
        "list": ("the default dtype is float32",),
        "array": ("the default dtype is float32",),
        "pair": ("the default dtype is float32", "torch's promotion, not numpy's"),
        "chain": ("the default dtype is float32",),
        "sum": ("the default dtype is float32",),
    }
    steps = {
        "list": ("{made_words}: {bytes} {bytes_word} an element.", "{count} elements: ${count} * {bytes}$ = {answer}"),
        "array": (
            "{made_words}: {bytes} {bytes_word} an element.",
            "{count} elements: ${product} * {bytes}$ = {answer}",
        ),
        "pair": ("{why1}: {result1}.", "{count} elements of {bytes} {bytes_word}: ${product} * {bytes}$ = {answer}"),
        "chain": ("{why1}: {result1}.", "{why2}: {answer}"),
        "sum": ("{why1}: {result1}.", "{why2}: {result2}.", "{why3}: {answer}"),
    }
    limits = {1: Effort(8, 3), 2: Effort(12, 4), 3: Effort(24, 2)}
    mistakes = (
        Mistake(
            "dtype kept",
            lambda p: _told(p, p.dtype) if p.maker == "Tensor" else None,
            "You kept the dtype of the data. `torch.Tensor` always makes the default dtype, float32; `torch.tensor` "
            "looks at the data.",
            teaches="tensor-capital-dtype",
        ),
        Mistake(
            "integers of 32 bits",
            lambda p: _told(p, "int32") if p.listed and made(p) == "int64" else None,
            "You took 4 bytes for an integer. torch makes int64 of Python ints: 8 bytes.",
            teaches="tensor-inferred",
        ),
        Mistake(
            "always float32",
            lambda p: _told(p, "float32") if p.maker else None,
            "You took float32, the default. {made_words}.",
            teaches="tensor-inferred",
        ),
        Mistake(
            "Python's double",
            lambda p: _told(p, "float64") if p.listed and p.dtype == "float64" else None,
            "A Python float has 64 bits, but torch stores it in the default dtype, float32: 4 bytes an element.",
            teaches="tensor-inferred",
        ),
        Mistake(
            "division keeps integers",
            lambda p: _told(p, _undivided(p)),
            "You kept integers under `/`. True division of integers gives the default dtype, float32.",
        ),
        Mistake(
            "promotion of numpy",
            lambda p: _told(p, _as_arrays(p)),
            "That is numpy's rule, which looks for a dtype that holds the values of both. In torch it is {result1}: "
            "{rule1}.",
            convention="torch's promotion",
            teaches="tensor-promotion",
        ),
        Mistake(
            "scalar counted like a tensor",
            lambda p: _told(p, _chained(p, scalars="count")),
            "You let an operand without axes count like a tensor. It changes the dtype only if its category (bool, "
            "integer, floating point) is higher.",
            teaches="tensor-zero-dim",
        ),
        Mistake(
            "scalar ignored",
            lambda p: _told(p, _chained(p, scalars="ignore")),
            "You ignored an operand without axes. It counts where its category (bool, integer, floating point) is "
            "higher than that of the tensor.",
            teaches="tensor-zero-dim",
        ),
        Mistake(
            "sum keeps integers small",
            lambda p: p.results[-1] if p.then == "sum" else None,
            "You kept the dtype under `sum`. Sums of integers and bools are int64, so that they do not overflow.",
        ),
        Mistake(
            "dtype of one operand",
            lambda p: _told(p, _one_operand(p)),
            "You took the dtype of one operand. All of them count: the result is {final}.",
        ),
        Mistake(
            "largest operand",
            lambda p: _told(p, _largest(p)),
            "You took the operand with the most bytes. A higher category (bool, integer, floating point) comes before "
            "size: the result is {final}.",
            teaches="tensor-promotion",
        ),
        Mistake(
            "default dtype",
            lambda p: _told(p, "float32") if p.form == "chain" else None,
            "You took the default dtype. The operands bring dtypes of their own: the result is {final}.",
        ),
        Mistake(
            "double in between",
            lambda p: _told(p, "float64") if p.form == "chain" else None,
            "You took float64. Neither a Python float nor a sum makes doubles here: the result is {final}.",
            teaches="tensor-inferred",
        ),
        Mistake(
            "elements counted",
            lambda p: None if p.form == "chain" else p.elements,
            "That is the number of elements. Each takes {bytes} {bytes_word}.",
        ),
        Mistake(
            "bits",
            lambda p: None if p.form == "chain" else 8 * p.elements * BYTES[final(p)],
            "Those are bits. A byte has 8 of them.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Computed | None:
        """Level 1: a list or an array; level 2: two tensors; level 3: two operations, then perhaps a sum."""
        if level == 1:
            return _telling(_making(draw))
        shape = draw.integers(2, 2, 20)
        if level == 2:
            return _telling(_paired(draw, shape))
        a = draw.choice(tuple(BYTES))
        ops = draw.choice((("mul", "add"), ("add", "mul"), ("mul", "add"), ("div", "add"), ("add", "div")))
        kinds = draw.choice((("scalar", "number"), ("number", "tensor"), ("scalar", "tensor"), ("number", "scalar")))
        steps = tuple([(op, kind, _operand(draw, kind)) for op, kind in zip(ops, kinds, strict=True)])
        p = Computed(a, shape, steps=steps, then="sum" if draw.chance(0.5) else "")
        wrong = {mistake.value(p) for mistake in self.mistakes} - {None, final(p)}
        return p if len(wrong) >= 3 else None

    def variant(self, p: Computed) -> str:
        """Return list, array, pair, chain, or sum for a chain that ends in one."""
        return p.then or p.form

    def formula(self, p: Computed) -> Value:
        """Return the dtype by the rules of promotion, or elements times its bytes."""
        told = _told(p, final(p))
        assert told is not None
        return told

    def effort(self, p: Computed) -> Effort:
        """Return the rules to look up, and a product where bytes are asked for."""
        if p.form == "chain":
            return Effort(9 + bool(p.then), 2)
        return Effort(len(p.shape) + (2 if p.form == "pair" else 0), len(str(p.elements * BYTES[final(p)])))

    def facts(self, p: Computed) -> Facts:
        """Return the operands in words, the rule behind each step, and the bytes of an element."""
        dtype, results = final(p), p.results
        names = [_name(step) for step in p.steps]
        words = [_why(before, step) for before, step in zip(results, p.steps, strict=False)]
        rules = [*words, "", ""][:2]
        last = f"`sum` of {results[-1]}" + (" adds up in int64" if category(results[-1]) < 2 else " keeps the dtype")
        return {
            "count": p.elements,
            "things": {"int64": "ints", "float64": "floats", "bool": "bools"}.get(p.dtype, ""),
            "sizes": str(p.shape),
            "other": p.steps[0][2] if p.steps else "",
            "others": _others(p.steps),
            "expression": _expression(p, names),
            "made_words": _made_words(p) if p.maker else "",
            "bytes": BYTES[dtype],
            "bytes_word": "byte" if BYTES[dtype] == 1 else "bytes",
            "product": " * ".join(map(str, p.shape)),
            "why1": f"`a {SIGNS[p.steps[0][0]]} {names[0]}`: {rules[0]}" if p.steps else "",
            "rule1": rules[0],
            "result1": results[1] if p.steps else "",
            "why2": f"Then `{SIGNS[p.steps[1][0]]} {names[1]}`: {rules[1]}" if len(p.steps) > 1 else "",
            "result2": results[-1],
            "why3": last,
            "final": dtype,
        }

    @staticmethod
    def witness(dtype: str, shape: Ints, maker: str, listed: bool, steps: tuple[Step, ...], then: str) -> int | str:
        """Return the bytes or the dtype of a real tensor."""
        import torch

        x = torch.zeros(shape, dtype=getattr(torch, dtype))
        if maker:
            data = x.numpy().tolist() if listed else x.numpy()
            x = getattr(torch, maker)(data)
        if steps:
            for operation, kind, what in steps:
                apply = getattr(torch, operation)
                if kind == "number":
                    x = apply(x, float(what) if "." in what else int(what))
                else:
                    x = apply(x, torch.ones(shape if kind == "tensor" else (), dtype=getattr(torch, what)))
        if then:
            x = getattr(x, then)()
        return str(x.dtype).removeprefix("torch.") if len(steps) > 1 else x.nbytes


def _telling(p: Computed) -> Computed | None:
    """Return the tensor if a wrong dtype gives other bytes."""
    ideas = (p.dtype, "float32") if p.maker else (_one_operand(p), _as_arrays(p), _undivided(p), _largest(p))
    return p if any(dtype and BYTES[dtype] != BYTES[final(p)] for dtype in ideas) else None


def _paired(draw: Draw, shape: Ints) -> Computed:
    """Draw two tensors, most often an integer and a floating one."""
    a, b = draw.sample(tuple(BYTES), 2)
    if draw.chance(0.4):
        a, b = draw.shuffled((draw.choice(("uint8", "int16", "int32", "int64")), draw.choice(tuple(BYTES)[6:])))
    if draw.chance(0.2):  # division makes floats of integers
        return Computed(
            draw.choice(tuple(BYTES)[1:6]), shape, steps=(("div", "tensor", draw.choice(tuple(BYTES)[1:6])),)
        )
    op = "add" if "bool" in (a, b) else draw.choice(("add", "sub", "mul", "div"))
    return Computed(a, shape, steps=((op, "tensor", b),))


def _making(draw: Draw) -> Computed:
    """Draw a list or a numpy array, and what makes a tensor of it."""
    if draw.chance(0.4):
        dtype = draw.choice(("int64", "float64", "float64", "bool"))
        return Computed(dtype, (draw.integer(3, 60),), draw.choice(("tensor", "Tensor", "as_tensor")), True)
    maker = draw.choice(("tensor", "Tensor", "Tensor", "as_tensor", "from_numpy", "from_numpy"))
    return Computed(draw.choice(ARRAYS), draw.integers(2, 2, 12), maker)


def _operand(draw: Draw, kind: str) -> str:
    """Draw a number, or the dtype of a tensor."""
    if kind == "number":
        return draw.choice(("2", "3", "0.5", "1.5", "2.5"))
    return draw.choice(tuple(BYTES))


def _name(step: Step) -> str:
    """Return how an operand is written: a number, `b` for a tensor, `t` for one without axes."""
    _, kind, what = step
    return what if kind == "number" else "b" if kind == "tensor" else "t"


def _others(steps: tuple[Step, ...]) -> str:
    """Describe the operands beside `a`."""
    words = {"tensor": "`b` has the dtype {} and the shape of `a`", "scalar": "`t` has the dtype {} and no axes"}
    others = [words[kind].format(what) for _, kind, what in steps if kind in words]
    return "".join(f", {'and ' * (other == others[-1])}{other}" for other in others)


def _expression(p: Computed, names: list[str]) -> str:
    """Write what is computed."""
    written = "a"
    for (op, _, _), name in zip(p.steps, names, strict=True):
        sign = SIGNS[op]
        written = f"({written}) {sign} {name}" if sign in "*/" and "+" in written else f"{written} {sign} {name}"
    return f"({written}).{p.then}()" if p.then else written


def _made_words(p: Computed) -> str:
    """Say which dtype a maker gives."""
    if p.maker == "Tensor":
        return "`torch.Tensor` always makes the default dtype, float32"
    if p.listed:
        things = {"int64": "ints the dtype int64", "float64": "floats the default dtype, float32"}
        return f"`torch.{p.maker}` gives Python {things.get(p.dtype, 'bools the dtype bool')}"
    return f"`torch.{p.maker}` keeps the dtype of a numpy array, {p.dtype}"


def _why(dtype: str, step: Step) -> str:
    """Say which rule gives the dtype of a step."""
    op, kind, what = step
    other, names = as_tensor(kind, what), ("bool", "integer", "floating point")
    if op == "div" and max(category(dtype), category(other)) < 2:
        return "without a floating point operand, true division gives the default dtype"
    if kind != "tensor":
        thing = f"`{_name(step)}`" if kind == "scalar" else f"{what} (default dtype {other})"
        if category(other) > category(dtype):
            return f"{thing} has no axes but the higher category, {names[category(other)]}, so its dtype counts"
        return f"{thing} has no axes and no higher category than {dtype}, which stays"
    if dtype == other:
        return f"both are {dtype}"
    if category(dtype) != category(other):
        return f"{names[max(category(dtype), category(other))]} is the higher category, whatever the sizes"
    if BYTES[dtype] != BYTES[other]:
        return "of one category the larger size wins"
    return f"neither {dtype} nor {other} holds the values of the other, so the next larger dtype does"
