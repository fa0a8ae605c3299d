"""What a number becomes in a 16-bit floating-point format."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from studydl.answers.kinds import Integer, Ratio
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

FRACTION_BITS = {"bfloat16": 7, "float16": 10}
EXPONENT_BITS = {"bfloat16": 8, "float16": 5}
OTHER = {"bfloat16": "float16", "float16": "bfloat16"}
Rounding: TypeAlias = Callable[[Fraction], int]


def half_up(q: Fraction) -> int:
    """Round to the nearest integer, a half upwards."""
    return int(q + Fraction(1, 2))


@dataclass(frozen=True, slots=True)
class Stored:
    """A number and the format it is stored in.

    Args:
        dtype: "bfloat16" or "float16".
        thousandths: of the number that is cast, or 0.
        start: what a sum starts from, or 0.
        added: what is added to it again and again, or 0.
        times: how often.
        bits: the 16 bits of a number to be read, or 0.
    """

    dtype: str
    thousandths: int = 0
    start: int = 0
    added: int = 0
    times: int = 0
    bits: int = 0

    @property
    def x(self) -> Fraction:
        """Return the number that is cast."""
        return Fraction(self.thousandths, 1000)

    @property
    def digits(self) -> int:
        """Return the significant bits: those of the fraction and the hidden one."""
        return FRACTION_BITS[self.dtype] + 1

    @property
    def size(self) -> int:
        """Return what the fraction field is a fraction of."""
        return 1 << FRACTION_BITS[self.dtype]

    @property
    def bias(self) -> int:
        """Return what the exponent field adds to the exponent."""
        return (1 << EXPONENT_BITS[self.dtype] - 1) - 1

    @property
    def sign(self) -> int:
        """Return the sign bit."""
        return self.bits >> 15

    @property
    def exponent(self) -> int:
        """Return the exponent field."""
        return self.bits >> FRACTION_BITS[self.dtype] & (1 << EXPONENT_BITS[self.dtype]) - 1

    @property
    def fraction(self) -> int:
        """Return the fraction field."""
        return self.bits & self.size - 1


def exponent_of(x: Fraction) -> int:
    """Return e with 2^e <= x < 2^(e+1) for positive x."""
    e = x.numerator.bit_length() - x.denominator.bit_length()
    return e if Fraction(2) ** e <= x else e - 1


def spacing(x: Fraction, digits: int) -> Fraction:
    """Return the distance of neighboring numbers with this many significant bits around positive x."""
    return Fraction(2) ** (exponent_of(x) - digits + 1)


def stored(x: Fraction, digits: int, rounding: Rounding = round) -> int | Fraction:
    """Return positive x with this many significant bits; Python's `round` takes a half to the even neighbor."""
    step = spacing(x, digits)
    found = rounding(x / step) * step
    return found.numerator if found.denominator == 1 else found


def summed(p: Stored, digits: int, rounding: Rounding = round) -> int | Fraction:
    """Return a sum that is rounded after every addition."""
    total: int | Fraction = p.start
    for _ in range(p.times):
        total = stored(Fraction(total + p.added), digits, rounding)
    return total


def decoded(p: Stored, *, bias: int | None = None, hidden: int = 1, dtype: str = "") -> Fraction:
    """Return the value of the bits, read with another bias, hidden bit or format where these are given."""
    q = Stored(dtype or p.dtype, bits=p.bits)
    significand = Fraction(q.fraction, q.size) + (hidden if q.exponent else 0)
    magnitude = significand * Fraction(2) ** (max(q.exponent, 1) - (q.bias if bias is None else bias))
    return -magnitude if q.sign else magnitude


def cast(p: Stored, digits: int, rounding: Rounding = round) -> Value | None:
    """Return the number cast to this many significant bits, or the sum so rounded; None where bits are read."""
    if p.bits:
        return None
    return summed(p, digits, rounding) if p.times else stored(p.x, digits, rounding)


def _with_hidden_one(p: Stored) -> Fraction:
    """Return a subnormal number read as if it were a normal one."""
    magnitude = (1 + Fraction(p.fraction, p.size)) * Fraction(2) ** -p.bias
    return -magnitude if p.sign else magnitude


class FloatFormat(Family[Stored]):
    """A 16-bit number has 8 (bfloat16) or 11 (float16) significant bits; what lies between is rounded."""

    name, version, title = "precision.float-format", 1, "Numbers in bfloat16 and float16"
    source = (
        "IEEE 754-2019, sections 3.4 and 4.3.1; Kalamkar et al. (2019), A study of BFLOAT16 for deep learning "
        "training, section 3"
    )
    answer = {"integer": Integer(), "fraction": Ratio(), "sum": Integer(), "bits": Ratio()}
    prompt = {
        "integer": "The integer {x_words} is cast to {dtype}. Which integer does it become?",
        "fraction": "The number {x_words} is cast to {dtype}. What does it become, exactly?",
        "sum": "A {dtype} tensor `total` holds {start}. The line `total += {added}` runs {times} times. What does "
        "`total` hold then?",
        "bits": "The 16 bits of a {dtype} number are 0x{hex}. What is the number, exactly?",
    }
    _layout = "{dtype}: 1 sign bit, {exponent_bits} exponent bits, {fraction_bits} fraction bits"
    _even = "rounded to nearest, ties to even"
    conventions = {
        "integer": (_layout, _even),
        "fraction": (_layout, _even),
        "sum": (_layout, "every sum is " + _even),
        "bits": (_layout, "exponent bias {bias}"),
    }
    _cast = (
        "${low} <= {x_words} < {high}$, and with {fraction_bits} fraction bits the numbers there are multiples of "
        "$frac({low}, 2^{fraction_bits}) = {step}$.",
        "${in_steps} = {quotient}$ of them, rounded {count}{tie_words}.",
        "${count} * {step}$ = {answer}",
    )
    steps = {
        "integer": _cast,
        "fraction": _cast,
        "sum": (
            "From {low} on the numbers of {dtype} are $frac({low}, 2^{fraction_bits}) = {step}$ apart{wider}.",
            "Sum by sum, rounded to such numbers: {sums}.",
            "After {times} additions: {answer}",
        ),
        "bits": (
            "In binary: sign {sign}, exponent {exponent_field}, fraction {fraction_field}.",
            "{exponent_words}",
            "${signed}{significand} * 2^({power})$ = {answer}",
        ),
    }
    limits = {1: Effort(5, 5), 2: Effort(6, 6), 3: Effort(20, 5)}
    mistakes = (
        Mistake(
            "hidden bit forgotten",
            lambda p: cast(p, p.digits - 1),
            "You rounded to {fraction_bits} significant bits. The leading 1 is not stored, so there are "
            "{fraction_bits} + 1.",
        ),
        Mistake(
            "truncated",
            lambda p: cast(p, p.digits, int),
            "You cut off what does not fit. Values are rounded to the nearest number of the format.",
        ),
        Mistake(
            "ties rounded up",
            lambda p: cast(p, p.digits, half_up),
            "You rounded a tie up. A tie goes to the neighbor whose last bit is 0.",
            convention="ties to even",
        ),
        Mistake(
            "the other format",
            lambda p: cast(p, FRACTION_BITS[OTHER[p.dtype]] + 1),
            "That is the result in {other}. A {dtype} number has {fraction_bits} fraction bits.",
            teaches="memory-bfloat",
        ),
        Mistake(
            "not rounded at all",
            lambda p: None if p.bits else p.start + p.times * p.added + p.x,
            "That has more significant bits than {dtype} can hold. It is rounded{each_time}.",
        ),
        Mistake(
            "rounded at the end only",
            lambda p: stored(Fraction(p.start + p.times * p.added), p.digits) if p.times else None,
            "You added everything and rounded once. Each sum is stored, and rounded, before the next one.",
            teaches="memory-vanish",
        ),
        Mistake(
            "hidden 1 forgotten",
            lambda p: decoded(p, hidden=0) if p.bits else None,
            "You left the hidden 1 out. Unless the exponent field is 0, the significand is "
            "$1 + frac({fraction}, {size})$.",
        ),
        Mistake(
            "bias one too large",
            lambda p: decoded(p, bias=p.bias + 1) if p.bits else None,
            "You took the bias {next_bias}. With {exponent_bits} exponent bits it is one less, {bias}.",
        ),
        Mistake(
            "bits read as the other format",
            lambda p: decoded(p, dtype=OTHER[p.dtype]) if p.bits else None,
            "You read the bits as {other}. A {dtype} number has {exponent_bits} exponent bits.",
            teaches="memory-bfloat",
        ),
        Mistake(
            "sign ignored",
            lambda p: abs(decoded(p)) if p.bits else None,
            "You ignored the sign bit. It is 1, so the number is negative.",
        ),
        Mistake(
            "hidden 1 in a subnormal number",
            lambda p: _with_hidden_one(p) if p.bits and not p.exponent else None,
            "An exponent field of 0 means a subnormal number: no hidden 1, and the exponent is $1 - {bias} = {power}$.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Stored | None:
        """Level 1: an integer; level 2: two decimals; level 3: a sum that is rounded again and again, or bits."""
        dtype = draw.choice(("bfloat16", "float16"))
        digits = FRACTION_BITS[dtype] + 1
        if level == 1:
            p = Stored(dtype, 1000 * draw.integer(2**digits + 1, (8 if dtype == "bfloat16" else 4) * 2**digits))
            return p if stored(p.x, digits) != p.x else None
        if level == 2:
            low = 1000 * 2 ** draw.integer(1, 7)  # each power of two is as likely
            p = Stored(dtype, draw.integer(low + 1, 2 * low - 1))
            return p if p.thousandths % 1000 and spacing(p.x, digits) < 1 else None
        if draw.chance(0.3):
            return _bits(draw, dtype)
        start = draw.integer(2**digits - 20, 8 * 2**digits)
        step = max(1, int(spacing(Fraction(start), digits)))
        added, times = draw.integer(1, 3 * step + 5), draw.integer(3, 6)
        p = Stored(dtype, start=start // step * step, added=added, times=times)
        return p if summed(p, digits) != p.start + times * added else None

    def variant(self, p: Stored) -> str:
        """Return integer, fraction, sum or bits."""
        return "bits" if p.bits else "sum" if p.times else "fraction" if p.thousandths % 1000 else "integer"

    def branch(self, p: Stored) -> str:
        """Return the wording and the format."""
        return f"{self.variant(p)} {p.dtype}"

    def formula(self, p: Stored) -> Value:
        """Return the nearest multiple of the spacing, step by step for a sum, or sign x significand x power of 2."""
        found = cast(p, p.digits)
        return decoded(p) if found is None else found

    def effort(self, p: Stored) -> Effort:
        """Return the power of two, the spacing, a quotient and a product; for bits the fields and their values."""
        if p.bits:
            return Effort(9, 5)
        if p.times:
            return Effort(2 + 3 * p.times, len(str(p.start)))
        return Effort(5, len(_decimal(p.x)) - 1) if p.x.denominator > 1 else Effort(4, len(str(p.x)))

    def facts(self, p: Stored) -> Facts:
        """Return the layout of the format, and what a person works out on the way."""
        common: Facts = {
            "fraction_bits": FRACTION_BITS[p.dtype],
            "exponent_bits": EXPONENT_BITS[p.dtype],
            "bias": p.bias,
            "next_bias": p.bias + 1,
            "other": OTHER[p.dtype],
            "each_time": " each time" if p.times else "",
        }
        return {**common, **(_bit_facts(p) if p.bits else _cast_facts(p))}

    @staticmethod
    def witness(dtype: str, thousandths: int, start: int, added: int, times: int, bits: int) -> float:
        """Return what torch stores, adds or reads."""
        import torch

        kind = getattr(torch, dtype)
        if bits:
            total = torch.tensor(bits, dtype=torch.uint16).view(kind)
        elif times:
            total = torch.tensor(start, dtype=kind)
            for _ in range(times):
                total += added
        else:
            total = torch.tensor(thousandths / 1000, dtype=torch.float64).to(kind)
        return total.item()


def _bits(draw: Draw, dtype: str) -> Stored:
    """Draw the bits of a number not too far from 1, or of a subnormal one."""
    subnormal = dtype == "float16" and draw.chance(0.15)
    exponent = 0 if subnormal else Stored(dtype).bias + draw.integer(-10, 10)
    fraction = draw.integer(1, 127) if dtype == "bfloat16" else 4 * draw.integer(1, 255)
    return Stored(dtype, bits=draw.integer(0, 1) << 15 | exponent << FRACTION_BITS[dtype] | fraction)


def _decimal(x: Fraction) -> str:
    """Write a fraction whose decimals end: 200.96."""
    return format((Decimal(x.numerator) / Decimal(x.denominator)).normalize(), "f")


def _cast_facts(p: Stored) -> Facts:
    """Return the spacing around the number, and its multiple; or the sums one by one."""
    x = Fraction(p.start) if p.times else p.x
    step, low = spacing(x, p.digits), Fraction(2) ** exponent_of(x)
    quotient = x / step
    sums, total = [], x
    for _ in range(p.times):
        exact = total + p.added
        rounded = Fraction(stored(exact, p.digits))
        tied = " (a tie)" if abs(exact - rounded) * 2 == spacing(exact, p.digits) else ""
        sums.append(f"${total} + {p.added} = {exact}$" + ("" if rounded == exact else f", rounded {rounded}{tied}"))
        total = rounded
    return {
        "x_words": _decimal(x),
        "low": low,
        "high": 2 * low,
        "step": step,
        "in_steps": f"frac({_decimal(x)}, {step})" if step >= 1 else f"{_decimal(x)} * {1 / step}",
        "quotient": _decimal(quotient),
        "count": round(quotient),
        "tie_words": ": a tie goes to the even one" if (2 * quotient).denominator == 1 != quotient.denominator else "",
        "wider": f", from {2 * low} on {2 * step}" if total >= 2 * low else "",
        "sums": "; ".join(sums),
    }


def _bit_facts(p: Stored) -> Facts:
    """Return the fields of the bits and what they stand for."""
    power = max(p.exponent, 1) - p.bias
    field = format(p.exponent, f"0{EXPONENT_BITS[p.dtype]}b")
    return {
        "hex": format(p.bits, "04X"),
        "sign": p.sign,
        "exponent_field": field,
        "fraction_field": format(p.fraction, f"0{FRACTION_BITS[p.dtype]}b"),
        "exponent_words": f"The exponent is ${p.exponent} - {p.bias} = {power}$; after a hidden 1 the fraction is "
        f"{p.fraction} of {p.size}."
        if p.exponent
        else f"An exponent field of 0 means no hidden 1 and the exponent $1 - {p.bias} = {power}$; the fraction is "
        f"{p.fraction} of {p.size}.",
        "power": power,
        "signed": "-" if p.sign else "",
        "significand": f"(1 + frac({p.fraction}, {p.size}))" if p.exponent else f"frac({p.fraction}, {p.size})",
        "fraction": p.fraction,
        "size": p.size,
    }
