"""What numbers become when they are quantized to int8, and when they come back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from studydl.answers.kinds import Integer, Real
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import fixed, significant

NICE = (4, 5, 8, 10, 12, 15, 16, 20, 25, 30, 40, 50)


@dataclass(frozen=True, slots=True)
class Quantized:
    """A range of numbers in thousandths, and one of them; or two vectors.

    Args:
        ask: "symmetric" or "affine" for an int8 value, "back" for the number it stands for, "dot" for a product.
        low: smallest number of the range, below 0.
        high: largest number of the range, above 0.
        x: the number to quantize; outside the range where it is to be clamped.
        a: the first vector ("dot").
        b: the second vector.
    """

    ask: str
    low: int = 0
    high: int = 0
    x: int = 0
    a: tuple[int, ...] = ()
    b: tuple[int, ...] = ()

    @property
    def scale(self) -> Fraction:
        """Return the distance of neighboring int8 values, in thousandths."""
        return Fraction(self.high, 127) if self.ask == "symmetric" else Fraction(self.high - self.low, 255)

    @property
    def exact_zero(self) -> Fraction:
        """Return the zero point before rounding."""
        return Fraction(0) if self.ask == "symmetric" else -128 - self.low / self.scale

    @property
    def zero(self) -> int:
        """Return the int8 value that stands for 0."""
        return round(self.exact_zero)

    @property
    def steps(self) -> Fraction:
        """Return the number in units of the scale."""
        return self.x / self.scale

    @property
    def quantized(self) -> int:
        """Return the int8 value."""
        return clamped(round(self.steps) + self.zero)

    def value(self, q: int | Fraction) -> Value | None:
        """Return an int8 value as the answer, or the number it stands for; None for vectors."""
        if self.ask == "dot":
            return None
        return (q - self.zero) * self.scale / 1000 if self.ask == "back" else int(q)


def clamped(q: int) -> int:
    """Return the int8 value nearest to an integer."""
    return max(-128, min(127, q))


def unit(vector: tuple[int, ...]) -> Fraction:
    """Return the symmetric scale of a vector, in thousandths."""
    return Fraction(max(map(abs, vector)), 127)


def levels(vector: tuple[int, ...]) -> tuple[int, ...]:
    """Return a vector quantized symmetrically."""
    return tuple(round(x / unit(vector)) for x in vector)


def dot(a: tuple[int, ...], b: tuple[int, ...]) -> int:
    """Return the sum of products."""
    return sum(x * y for x, y in zip(a, b, strict=True))


def product(p: Quantized) -> Fraction:
    """Return the integer product of two quantized vectors, scaled back."""
    return dot(levels(p.a), levels(p.b)) * unit(p.a) * unit(p.b) / 10**6


class Int8Quantize(Family[Quantized]):
    """q = round(x / scale) + zero point, kept within -128 and 127; it stands for (q - zero point) scale."""

    name, version, title = "precision.int8-quantize", 1, "Quantization to int8"
    source = (
        "Jacob et al. (2018), Quantization and training of neural networks for efficient integer-arithmetic-only "
        "inference, section 2.1; torch.fake_quantize_per_tensor_affine documentation"
    )
    answer = {"symmetric": Integer(), "affine": Integer(), "back": Real(places=3), "dot": Real(places=3)}
    prompt = {
        "symmetric": "A tensor whose largest absolute value is {high} is quantized symmetrically to int8. Which "
        "integer stands for {x}?",
        "affine": "A tensor with values from {low} to {high} is quantized to int8. Which integer stands for {x}?",
        "back": "A layer is quantized to int8 for values from {low} to {high}. It meets the value {x}, quantizes it "
        "and converts it back. What number comes out, to 3 decimals?",
        "dot": "The vectors ({a}) and ({b}) are quantized symmetrically to int8, each with its own scale. Their dot "
        "product is computed with the integers and scaled back. What does it give, to 3 decimals?",
    }
    _affine = (
        "int8 goes from -128 to 127",
        "scale = (largest - smallest) / 255",
        "zero point = -128 - smallest / scale, rounded",
    )
    conventions = {
        "symmetric": ("scale = largest absolute value / 127", "zero point 0"),
        "affine": _affine,
        "back": _affine,
        "dot": ("scale = largest absolute value / 127", "zero point 0"),
    }
    _scale = "Scale: $frac({high} + {minus_low}, 255) {equals} {scale}$."
    _zero = "Zero point, the integer for 0: $-128 + frac({minus_low}, {scale}){zero_words}."
    steps = {
        "symmetric": (
            "Scale: $frac({high}, 127) = {scale}$.",
            "$frac({x}, {scale}){steps_words}",
        ),
        "affine": (
            _scale,
            _zero,
            "The value in steps: $frac({x}, {scale}){steps_words}.",
            "${rounded} + {zero_term}$ = {answer}",
        ),
        "back": (
            _scale,
            _zero,
            "The value in steps: $frac({x}, {scale}){steps_words}.",
            "${rounded} + {zero_term} = {sum}${clamp_words}.",
            "Back: $({q} - {zero_term}) * frac({range}, 255)$ = {answer}",
        ),
        "dot": (
            "Scales: $frac({max_a}, 127) = {unit_a}$ and $frac({max_b}, 127) = {unit_b}$.",
            "Divided by them and rounded: ({qa}) and ({qb}).",
            "Integer product: ${dot_words} = {dot}$.",
            "Both scales go back: ${dot} * {unit_a} * {unit_b}$ = {answer}",
        ),
    }
    trivial = (0,)
    limits = {1: Effort(3, 4), 2: Effort(8, 4), 3: Effort(18, 5)}
    mistakes = (
        Mistake(
            "zero point forgotten",
            lambda p: p.value(clamped(round(p.steps))) if p.ask == "affine" else None,
            "You left the zero point out. The integer for 0 is {zero}, and all others move with it.",
        ),
        Mistake(
            "zero point subtracted",
            lambda p: p.value(clamped(round(p.steps) - p.zero)) if p.ask == "affine" else None,
            "You subtracted the zero point. It is added when quantizing, and subtracted on the way back.",
        ),
        Mistake(
            "unsigned",
            lambda p: p.value(round(p.steps) + p.zero + 128) if p.ask == "affine" else None,
            "That is the value in uint8, from 0 to 255. In int8 the smallest value is -128.",
            convention="int8 goes from -128 to 127",
        ),
        Mistake(
            "scale over 256",
            lambda p: _over_256(p) if p.ask in ("affine", "back") else None,
            "You divided the range by 256. There are 256 integers, but 255 steps between them.",
        ),
        Mistake(
            "symmetric scale",
            lambda p: p.value(clamped(round(p.x * Fraction(127, max(-p.low, p.high))))) if p.ask == "affine" else None,
            "You quantized symmetrically. Here the range from {low} to {high} fills all of int8; 0 becomes {zero}.",
            convention="scale = (largest - smallest) / 255",
        ),
        Mistake(
            "full range for the symmetric scale",
            lambda p: p.value(round(p.x * Fraction(255, 2 * p.high))) if p.ask == "symmetric" else None,
            "You divided the range of both signs by 255. The symmetric scale is $frac({high}, 127)$.",
            convention="largest absolute value / 127",
        ),
        Mistake(
            "128 for 127",
            lambda p: p.value(round(p.x * Fraction(128, p.high))) if p.ask == "symmetric" else None,
            "You divided by 128. The largest value must become 127, the largest int8.",
        ),
        Mistake(
            "decimals cut off",
            lambda p: p.value(clamped(int(p.steps) + p.zero)),
            "You cut the decimals off. {steps:.2} is rounded to the nearest integer.",
        ),
        Mistake(
            "sign lost",
            lambda p: p.value(abs(p.quantized)) if p.ask == "symmetric" else None,
            "You lost the sign. {x} is negative, and so is its integer.",
        ),
        Mistake(
            "not clamped",
            lambda p: p.value(round(p.steps) + p.zero) if p.ask == "back" else None,
            "{sum} is no int8. Values outside the range are clamped to {q}.",
        ),
        Mistake(
            "zero point forgotten on the way back",
            lambda p: p.quantized * p.scale / 1000 if p.ask == "back" else None,
            "You multiplied {q} by the scale at once. First subtract the zero point: ${q} - {zero_term}$.",
        ),
        Mistake(
            "the value itself",
            lambda p: Fraction(p.x, 1000) if p.ask == "back" else Fraction(dot(p.a, p.b), 10**6) if p.a else None,
            "That is the result without quantization. Rounding to int8 changes it.",
        ),
        Mistake(
            "zero point not rounded",
            lambda p: _from_the_smallest(p) if p.ask == "back" and p.low < p.x < p.high else None,
            "You counted steps from the smallest value. The zero point is an integer, which moves all steps a little.",
        ),
        Mistake(
            "one scale only",
            lambda p: dot(levels(p.a), levels(p.b)) * unit(p.a) / 1000 if p.a else None,
            "You scaled back once. Both vectors were divided by a scale: multiply by {unit_a} and by {unit_b}.",
        ),
        Mistake(
            "integers not scaled back",
            lambda p: dot(levels(p.a), levels(p.b)) if p.a else None,
            "That is the product of the integers. Both scales bring it back to the size of the numbers.",
        ),
        Mistake(
            "common scale",
            lambda p: _common_scale(p) if p.a else None,
            "You used one scale for both vectors. Each has its own: {unit_a} and {unit_b}.",
            convention="scale = largest absolute value",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Quantized | None:
        """Level 1: symmetric; level 2: a zero point; level 3: back to a number, perhaps clamped, or a dot product."""
        if level == 1:
            high = 127 * 5 * draw.integer(1, 20)
            return _clear(Quantized("symmetric", -high, high, 10 * draw.integer(-high // 11, high // 11)))
        if level == 2:
            span = 255 * draw.choice(NICE)
            low = -10 * draw.integer(span // 100, 8 * span // 100)
            return _clear(Quantized("affine", low, low + span, 10 * draw.integer(low // 10, (low + span) // 10)))
        if draw.chance(0.4):
            return _vectors(draw)
        low, high = -10 * draw.integer(20, 600), 10 * draw.integer(20, 600)
        x = 10 * draw.integer(low // 10, high // 10)
        if draw.chance(0.35):  # beyond the range: to be clamped
            x = (high if draw.chance(0.6) else low) * draw.integer(110, 200) // 1000 * 10
        return _clear(Quantized("back", low, high, x))

    def variant(self, p: Quantized) -> str:
        """Return what is asked for."""
        return p.ask

    def branch(self, p: Quantized) -> str:
        """Return what is asked for, and whether the value is clamped."""
        return f"{p.ask}{'' if p.ask == 'dot' or p.low <= p.x <= p.high else ' clamped'}"

    def formula(self, p: Quantized) -> Value:
        """Return round(x / scale) + zero point within int8, what it stands for, or the product scaled back."""
        found = product(p) if p.a else p.value(p.quantized)
        assert found is not None
        return found

    def effort(self, p: Quantized) -> Effort:
        """Return scale, zero point, quotient and sum, and the way back; for vectors a quotient and product each."""
        if p.a:
            return Effort(4 + 3 * len(p.a), 4)
        return Effort(
            {"symmetric": 2, "affine": 6, "back": 9}[p.ask], len(str(max(p.high, -p.low))) - (p.high % 10 == 0)
        )

    def facts(self, p: Quantized) -> Facts:
        """Return the numbers as decimals, and what a person works out on the way."""
        if p.a:
            qa, qb = levels(p.a), levels(p.b)
            return {
                "a": ", ".join(map(_decimal, p.a)),
                "b": ", ".join(map(_decimal, p.b)),
                "max_a": _decimal(max(map(abs, p.a))),
                "max_b": _decimal(max(map(abs, p.b))),
                "unit_a": _decimal(unit(p.a)),
                "unit_b": _decimal(unit(p.b)),
                "qa": qa,
                "qb": qb,
                "dot": dot(qa, qb),
                "dot_words": " + ".join(f"{_signed(x)} * {_signed(y)}" for x, y in zip(qa, qb, strict=True)),
            }
        total = round(p.steps) + p.zero
        return {
            "low": _decimal(p.low),
            "high": _decimal(p.high),
            "minus_low": _decimal(-p.low),
            "zero_term": _signed(p.zero),
            "range": _decimal(p.high - p.low),
            "x": _decimal(p.x),
            "scale": _decimal(p.scale),
            "equals": "=" if 1000 % p.scale.denominator == 0 else "approx",
            "zero_words": _in_steps(p, p.exact_zero),
            "zero": p.zero,
            "steps": p.steps,
            "steps_words": _in_steps(p, p.steps),
            "rounded": round(p.steps),
            "sum": total,
            "q": p.quantized,
            "clamp_words": "" if total == p.quantized else f", clamped to {p.quantized}",
        }

    @staticmethod
    def witness(ask: str, low: int, high: int, x: int, a: tuple[int, ...], b: tuple[int, ...]) -> float:
        """Return what torch's quantization gives on a grid of 255 or 256 equal steps."""
        import torch

        fake_quantize = torch.fake_quantize_per_tensor_affine
        if ask == "dot":
            vectors = [torch.tensor(vector, dtype=torch.float64) / 1000 for vector in (a, b)]
            scales = [vector.abs().max().item() / 127 for vector in vectors]
            ints = [(fake_quantize(v, s, 0, -127, 127) / s).round() for v, s in zip(vectors, scales, strict=True)]
            answer = ints[0] @ ints[1] * scales[0] * scales[1]
        else:
            first = -127 if ask == "symmetric" else -128
            grid = torch.linspace(low, high, 128 - first, dtype=torch.float64) / 1000
            scale, zero_point = (grid[1] - grid[0]).item(), int(grid.abs().argmin()) + first
            value = torch.tensor(x / 1000, dtype=torch.float64)
            steps = (fake_quantize(value, scale, zero_point, first, 127) / scale).round()
            answer = steps * scale if ask == "back" else steps + zero_point
        return answer.item()


def _in_steps(p: Quantized, number: Fraction) -> str:
    """Write what a division by the scale gives, and the integer next to it unless it is one; ends the mathematics."""
    exact = number.denominator == 1 and 1000 % p.scale.denominator == 0
    return f"$ = {number}" if exact else f" = {fixed(number, 2)}$, rounded {round(number)}"


def _clear(p: Quantized) -> Quantized | None:
    """Return the question unless a rounding is close to a tie, or the value is close to 0."""
    for number in (p.steps, p.exact_zero):
        if abs(number % 1 - Fraction(1, 2)) < Fraction(1, 25):
            return None
    return p if abs(p.steps) > 2 else None


def _vectors(draw: Draw) -> Quantized | None:
    """Draw two vectors whose largest elements make pleasant scales."""
    vectors = []
    for _ in "ab":
        largest = 127 * draw.choice((12, 15, 20, 25, 30, 40)) * draw.choice((-1, 1))
        rest = [10 * draw.integer(-abs(largest) // 11, abs(largest) // 11) for _ in range(2)]
        vector = draw.shuffled((largest, *rest))
        if any(abs(x / unit(vector) % 1 - Fraction(1, 2)) < Fraction(1, 25) for x in vector) or 0 in levels(vector):
            return None
        vectors.append(vector)
    p = Quantized("dot", a=vectors[0], b=vectors[1])
    return p if abs(product(p)) > Fraction(1, 20) else None


def _common_scale(p: Quantized) -> Fraction:
    """Return the product if both vectors had the larger scale."""
    scale = max(unit(p.a), unit(p.b))
    a, b = (tuple(round(x / scale) for x in vector) for vector in (p.a, p.b))
    return dot(a, b) * scale**2 / 10**6


def _over_256(p: Quantized) -> Value:
    """Return the answer if the range were cut into 256 steps."""
    scale = Fraction(p.high - p.low, 256)
    zero = round(-128 - p.low / scale)
    q = clamped(round(p.x / scale) + zero)
    return (q - zero) * scale / 1000 if p.ask == "back" else q


def _from_the_smallest(p: Quantized) -> Fraction:
    """Return the nearest number of a grid that starts at the smallest value, as if 0 needed no integer."""
    return (round((p.x - p.low) / p.scale) * p.scale + p.low) / 1000


def _decimal(thousandths: int | Fraction) -> str:
    """Write thousandths as a decimal: all of it where it ends soon, else 5 significant digits."""
    x = Fraction(thousandths) / 1000
    ends = 10**6 % x.denominator == 0
    return format((Decimal(x.numerator) / Decimal(x.denominator)).normalize(), "f") if ends else significant(x, 5)


def _signed(x: int) -> str:
    """Write an integer of a product: a negative one in brackets."""
    return f"({x})" if x < 0 else str(x)
