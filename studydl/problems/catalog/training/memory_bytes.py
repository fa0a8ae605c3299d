"""How much memory weights, gradients and optimizer state take."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from studydl.answers.kinds import Integer, Real
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

BYTES = {"float64": 8, "float32": 4, "bfloat16": 2, "float16": 2}
# numbers an optimizer keeps for each parameter, and what they are
STATE = {
    "SGD": (0, "nothing"),
    "SGD momentum": (1, "1 number a parameter, the momentum"),
    "RMSprop": (1, "1 number a parameter, a mean of squared gradients"),
    "Adagrad": (1, "1 number a parameter, the sum of squared gradients"),
    "Adam": (2, "2 numbers a parameter, means of gradients and of their squares"),
    "AdamW": (2, "2 numbers a parameter, means of gradients and of their squares"),
    "AdamW amsgrad": (3, "3 numbers a parameter: both means of Adam, and the largest mean of squares so far"),
}
CODE = {"SGD momentum": "SGD(momentum=0.9)", "AdamW amsgrad": "AdamW(amsgrad=True)"}
UNITS = {"GB": 10**9, "GiB": 2**30}


@dataclass(frozen=True, slots=True)
class Training:
    """A model, an optimizer, and how both are stored.

    Args:
        optimizer: a key of STATE.
        dtype: of weights and gradients, and of the optimizer state unless mixed.
        count: parameters; in millions if mixed; 0 where layers are given or the number is asked for.
        layers: inputs and outputs of linear layers, or empty.
        mixed: whether a float32 copy of the weights is kept, and the optimizer state in float32.
        gpus: that share what the stage says.
        stage: of ZeRO, 0 to 3; 0 shares nothing.
        unit: "GB" or "GiB" if mixed, else empty.
        room: GB on each GPU where the number of parameters is asked for, or 0.
    """

    optimizer: str
    dtype: str
    count: int = 0
    layers: tuple[tuple[int, int], ...] = ()
    mixed: bool = False
    gpus: int = 1
    stage: int = 0
    unit: str = ""
    room: int = 0

    @property
    def slots(self) -> int:
        """Return the numbers the optimizer keeps for each parameter."""
        return STATE[self.optimizer][0]

    @property
    def size(self) -> int:
        """Return the bytes of a weight."""
        return BYTES[self.dtype]

    @property
    def parameters(self) -> int:
        """Return the parameters, in millions if mixed."""
        return self.count or sum(i * o + o for i, o in self.layers)

    def each(
        self,
        *,
        weights: int = 1,
        gradients: int = 1,
        copies: int = 1,
        slots: int | None = None,
        stage: int | None = None,
    ) -> int | Fraction:
        """Return the bytes a GPU holds for each parameter of the model.

        Args:
            weights: 0 to leave the weights out.
            gradients: 0 to leave the gradients out.
            copies: 0 to leave the float32 copy out.
            slots: numbers of the optimizer, if other than its own.
            stage: of ZeRO, if other than the real one.
        """
        kept = self.slots if slots is None else slots
        state = 4 * (copies + kept) if self.mixed else self.size * kept
        # Stage 1 shares the optimizer's part, stage 2 the gradients too, stage 3 the weights too.
        parts = ((1, state), (2, self.size * gradients), (3, self.size * weights))
        zero = self.stage if stage is None else stage
        on_all = sum(part * (1 if zero >= first else self.gpus) for first, part in parts)
        return on_all if self.gpus == 1 else Fraction(on_all, self.gpus)

    def in_gib(self) -> Fraction:
        """Return the answer with GiB in the place of GB."""
        ratio = Fraction(2**30, 10**9)
        return self.room * ratio / self.each() if self.room else self.parameters * self.each() / (1000 * ratio)

    def answer(self, each: int | Fraction) -> Value | None:
        """Return the answer for this many bytes a parameter; None where it would not be finite."""
        if not self.mixed:
            return int(self.parameters * each)
        if self.room:
            return Fraction(self.room) / each if each else None
        return Fraction(self.parameters * 10**6, UNITS[self.unit]) * each


def otherwise(p: Training, applies: bool, each: int | Fraction) -> Value | None:
    """Return the answer for another number of bytes a parameter where this mistake can be made."""
    return p.answer(each) if applies else None


class MemoryBytes(Family[Training]):
    """Training holds each weight, its gradient, and what the optimizer remembers about it: Adam two numbers."""

    name, version, title = "training.memory-bytes", 1, "Memory that training takes"
    source = (
        "Rajbhandari et al. (2020), ZeRO: memory optimizations toward training trillion parameter models, section 3.1; "
        "torch.optim documentation, algorithms"
    )
    answer = {
        "flat": Integer(unit="bytes"),
        "layers": Integer(unit="bytes"),
        "GB": Real(places=1, unit="GB"),
        "GiB": Real(places=1, unit="GiB"),
        "room": Real(places=2),
    }
    _mixed = (
        "is trained in mixed precision with `{code}`: weights and gradients in {dtype}, a float32 copy of the weights, "
        "and the optimizer state in float32"
    )
    prompt = {
        "flat": "A model of {count} parameters is trained in {dtype} with `{code}`. How many bytes do weights, "
        "gradients and optimizer state take?",
        "layers": "The network {network} is trained in {dtype} with `{code}`. How many bytes do weights, gradients and "
        "optimizer state take?",
        "GB": "A model of {billions} billion parameters " + _mixed + "{sharing}. How many GB {do_they} to 1 decimal?",
        "GiB": "A model of {billions} billion parameters " + _mixed + "{sharing}. How many GiB {do_they} to 1 decimal?",
        "room": "A model " + _mixed + "{sharing}. {each_gpu} {room} GB for these. How many billion parameters can the "
        "model have at most, to 2 decimals?",
    }
    _scalars = "single numbers such as Adam's step count are left out"
    _stages = "{stage_convention}"
    conventions = {
        "flat": ("all of it in {dtype}", _scalars),
        "layers": ("all of it in {dtype}", "each linear layer has a bias", _scalars),
        "GB": ("1 GB = 10^9 bytes", _scalars, _stages),
        "GiB": ("1 GiB = 2^30 bytes", _scalars, _stages),
        "room": ("1 GB = 10^9 bytes", _scalars, _stages),
    }
    _state = "`{code}` keeps {kept}."
    _numbers = (
        "With the weight and its gradient: $2 + {slots} = {numbers}$ numbers of {size} bytes, so ${numbers} * {size} = "
        "{each}$ bytes a parameter."
    )
    _each = "Bytes a parameter{on_each}: ${sum} = {each}$ for weight, gradient, float32 copy and optimizer state."
    steps = {
        "flat": (_state, _numbers, "${parameters} * {each}$ = {answer}"),
        "layers": ("Parameters: ${layer_sum} = {parameters}$.", _state, _numbers, "${parameters} * {each}$ = {answer}"),
        "GB": (_state, _each, "${billions} * {each}$ = {answer}"),
        "GiB": (_state, _each, "$frac({billions} * 10^9 * {each}, 2^30)$ = {answer}"),
        "room": (_state, _each, "$frac({room}, {each})$ = {answer}"),
    }
    limits = {1: Effort(4, 5), 2: Effort(10, 6), 3: Effort(14, 6)}
    mistakes = (
        Mistake(
            "optimizer state forgotten",
            lambda p: otherwise(p, p.slots > 0, p.each(slots=0)),
            "You left the optimizer state out. `{code}` keeps {kept}.",
            teaches="memory-adam",
        ),
        Mistake(
            "one number too few",
            lambda p: otherwise(p, not p.mixed, p.each(gradients=0)),
            "You counted one number a parameter too few: there are the weight, its gradient, and what `{code}` keeps: "
            "{kept}.",
            teaches="memory-adam",
        ),
        Mistake(
            "gradients forgotten",
            lambda p: otherwise(p, p.mixed, p.each(gradients=0)),
            "You left the gradients out. Each weight has one, {size} bytes.",
            teaches="memory-adam",
        ),
        Mistake(
            "float32 copy forgotten",
            lambda p: otherwise(p, p.mixed, p.each(copies=0)),
            "You counted one float32 number a parameter too few: there are the copy of the weight, and what `{code}` "
            "keeps: {kept}.",
            teaches="memory-mixed",
        ),
        Mistake(
            "state for plain SGD",
            lambda p: otherwise(p, p.slots == 0, p.each(slots=1)),
            "You gave SGD a momentum. Without momentum it keeps nothing.",
            teaches="memory-adam",
        ),
        Mistake(
            "weights only",
            lambda p: p.answer(p.each(gradients=0, copies=0, slots=0)),
            "Those are the weights alone. Training also holds gradients and optimizer state.",
            teaches="memory-adam",
        ),
        Mistake(
            "numbers for bytes",
            lambda p: None if p.mixed else p.parameters * (2 + p.slots),
            "You counted numbers. In {dtype} each takes {size} bytes.",
        ),
        Mistake(
            "biases forgotten",
            lambda p: int(sum(i * o for i, o in p.layers) * p.each()) if p.layers else None,
            "You left the biases out. They are trained too, and have gradients and optimizer state.",
        ),
        Mistake(
            "bits for bytes",
            lambda p: otherwise(p, not p.mixed, 8 * p.each()),
            "Those are bits. A byte has 8 of them: a {dtype} number takes {size} bytes.",
        ),
        Mistake(
            "nothing shared",
            lambda p: p.answer(p.each(stage=0)),
            "You gave each GPU everything. Stage {stage} shares {shared} among {gpus} GPUs.",
            teaches="memory-zero-stages",
        ),
        Mistake(
            "everything shared",
            lambda p: otherwise(p, p.stage > 0, p.each(stage=3)),
            "You divided everything by {gpus}. Stage {stage} shares {shared} only.",
            teaches="memory-zero-stages",
        ),
        Mistake(
            "one stage too few",
            lambda p: otherwise(p, p.stage > 1, p.each(stage=p.stage - 1)),
            "You took stage {stage_before}. Stage {stage} shares {shared}.",
            teaches="memory-zero-stages",
        ),
        Mistake(
            "GiB for GB",
            lambda p: p.in_gib() if p.unit == "GB" else None,
            "You took 2^30 bytes for a GB. That is a GiB; a GB is 10^9 bytes.",
            convention="1 GB = 10^9 bytes",
        ),
        Mistake(
            "GB for GiB",
            lambda p: Fraction(p.parameters, 1000) * p.each() if p.unit == "GiB" else None,
            "You divided by 10^9, which gives GB. A GiB is 2^30 bytes.",
            convention="1 GiB = 2^30 bytes",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Training | None:
        """Level 1: a number of parameters; level 2: layers; level 3: mixed precision, shared, or the other way."""
        if level == 1:
            optimizer = draw.choice(("SGD", "SGD momentum", "RMSprop", "Adam", "Adam", "AdamW"))
            count = draw.choice((10, 50, 100, 500, 1000)) * draw.integer(2, 20)
            return Training(optimizer, draw.choice(("float32", "float32", "float16", "float64")), count)
        if level == 2:
            optimizer = draw.choice(("SGD momentum", "RMSprop", "Adagrad", "Adam", "AdamW", "AdamW amsgrad"))
            inputs, hidden, outputs = draw.integer(5, 60), draw.integer(8, 64), draw.integer(2, 20)
            dtype = draw.choice(("float32", "bfloat16", "float64"))
            return Training(optimizer, dtype, layers=((inputs, hidden), (hidden, outputs)))
        optimizer = draw.choice(("SGD momentum", "Adam", "AdamW", "AdamW", "AdamW amsgrad"))
        gpus = draw.choice((1, 2, 4, 8, 16, 32))
        stage = draw.integer(1, 3) if gpus > 1 else 0
        if draw.chance(0.25):
            room = draw.integer(12, 192)
            return Training(optimizer, "bfloat16", mixed=True, gpus=gpus, stage=stage, unit="GB", room=room)
        count = 100 * draw.integer(5, 720)
        unit = draw.choice(("GB", "GB", "GiB"))
        return Training(optimizer, "bfloat16", count, mixed=True, gpus=gpus, stage=stage, unit=unit)

    def variant(self, p: Training) -> str:
        """Return flat, layers, GB, GiB or room."""
        return "room" if p.room else p.unit or ("layers" if p.layers else "flat")

    def branch(self, p: Training) -> str:
        """Return the wording and the stage."""
        return f"{self.variant(p)} {p.stage}"

    def formula(self, p: Training) -> Value:
        """Return parameters x bytes for weight, gradient, float32 copy and optimizer state."""
        found = p.answer(p.each())
        assert found is not None
        return found

    def effort(self, p: Training) -> Effort:
        """Return the bytes a parameter, what is shared, and the product; for layers their parameters."""
        operations = 8 + p.stage if p.mixed else 3 + 5 * bool(p.layers)
        return Effort(operations, 5 if p.mixed else len(str(p.parameters)))

    def facts(self, p: Training) -> Facts:
        """Return what the optimizer keeps, what is shared, and the bytes of each part."""
        code = CODE.get(p.optimizer, p.optimizer)
        parts = (("weights", p.size, 3), ("gradients", p.size, 2), ("copy", 4, 1), ("state", 4 * p.slots, 1))
        shared = {
            1: "the float32 copy and the optimizer state",
            2: "gradients, float32 copy and optimizer state",
            3: "everything",
        }
        return {
            "code": code,
            "kept": STATE[p.optimizer][1],
            "slots": p.slots,
            "numbers": 2 + p.slots,
            "size": p.size,
            "each": _decimal(Fraction(p.each())),
            "parameters": p.parameters,
            "billions": _decimal(Fraction(p.count, 1000)),
            "network": ", ReLU, ".join(f"`nn.Linear({i}, {o})`" for i, o in p.layers),
            "layer_sum": " + ".join(f"({i} * {o} + {o})" for i, o in p.layers),
            "sum": " + ".join(f"frac({n}, {p.gpus})" if 0 < first <= p.stage else str(n) for _, n, first in parts),
            "sharing": f", on {p.gpus} GPUs with ZeRO stage {p.stage}" if p.stage else "",
            "do_they": "does each GPU hold," if p.stage else "do these take,",
            "each_gpu": "Each GPU has" if p.stage else "There are",
            "on_each": " on each GPU" if p.stage else "",
            "shared": shared.get(p.stage, "nothing"),
            "stage_before": p.stage - 1,
            "stage_convention": f"ZeRO stage {p.stage} shares {shared[p.stage]} evenly"
            if p.stage
            else "all on one GPU",
        }

    @staticmethod
    def witness(
        optimizer: str,
        dtype: str,
        count: int,
        layers: tuple[tuple[int, int], ...],
        mixed: bool,
        gpus: int,
        stage: int,
        unit: str,
        room: int,
    ) -> object:
        """Return the bytes of real tensors after a real step of the optimizer."""
        import torch

        kind = getattr(torch, dtype)
        if layers:
            linear = [torch.nn.Linear(inputs, outputs, dtype=kind) for inputs, outputs in layers]
            parameters = [p.flatten() for layer in linear for p in layer.parameters()]
            model = torch.cat(parameters).detach()  # all parameters in one vector
        elif mixed:
            model = torch.zeros(gpus, dtype=kind)  # one parameter for each GPU: these stand for all the others
        else:
            model = torch.zeros(count, dtype=kind)
        gradients = torch.ones_like(model)
        trained = model.float() if mixed else model.clone()
        if stage > 0:
            trained = trained.chunk(gpus)[0]
        if stage > 1:
            gradients = gradients.chunk(gpus)[0]
        if stage > 2:
            model = model.chunk(gpus)[0]
        trained.requires_grad_()
        trained.grad = torch.ones_like(trained)
        if optimizer == "SGD momentum":
            working: torch.optim.Optimizer = torch.optim.SGD([trained], lr=0.1, momentum=0.9)
        elif " amsgrad" in optimizer:
            working = getattr(torch.optim, optimizer.split()[0])([trained], lr=0.1, amsgrad=True)
        else:
            working = getattr(torch.optim, optimizer)([trained], lr=0.1)
        working.step()
        kept = [x for key, x in working.state[trained].items() if key != "step" and x is not None]
        if mixed:
            kept.append(trained)
        total = sum(x.nbytes for x in [model, gradients, *kept])
        each = total / gpus  # bytes a parameter
        size = 2**30 if unit == "GiB" else 10**9
        return total if not mixed else room / each if room else count * 10**6 * each / size


def _decimal(x: Fraction) -> str:
    """Write a fraction whose decimals end: 3.75."""
    return format((Decimal(x.numerator) / Decimal(x.denominator)).normalize(), "f")
