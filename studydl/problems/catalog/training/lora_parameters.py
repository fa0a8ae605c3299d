"""How many parameters low-rank adapters train."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Integer, Real
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Adapters:
    """Linear layers and the rank of their adapters, or what is given in its place.

    Args:
        ask: "one" layer or "many"; "share" of the model; "rank" within a budget; "even" with the full matrix.
        layers: inputs and outputs of the adapted layers of one block.
        rank: of the adapters; 0 where it is asked for.
        names: of the adapted layers; empty for "one" and "even".
        blocks: of the model.
        base: parameters of the frozen model in millions ("share").
        budget: parameters that may be trained ("rank").
    """

    ask: str
    layers: tuple[tuple[int, int], ...]
    rank: int = 0
    names: tuple[str, ...] = ()
    blocks: int = 1
    base: int = 0
    budget: int = 0

    @property
    def inputs(self) -> int:
        """Return the inputs of the adapted layers of one block together."""
        return sum(i for i, _ in self.layers)

    @property
    def outputs(self) -> int:
        """Return the outputs of the adapted layers of one block together."""
        return sum(o for _, o in self.layers)

    @property
    def full(self) -> int:
        """Return the weights of the adapted layers of one block."""
        return sum(i * o for i, o in self.layers)

    @property
    def per_rank(self) -> int:
        """Return the parameters that each rank adds in all blocks."""
        return self.blocks * (self.inputs + self.outputs)

    @property
    def trained(self) -> int:
        """Return the parameters of the adapters."""
        return self.rank * self.per_rank

    def counting(self, trained: int) -> Value | None:
        """Return the answer if this many parameters were trained; None where the rank is asked for."""
        if not self.rank:
            return None
        return Fraction(trained, 10_000 * self.base) if self.base else trained

    def allowing(self, per_rank: int) -> Value | None:
        """Return the largest rank if each rank added this many parameters; None where it is not asked for."""
        return self.budget // per_rank if self.budget else None


class LoraParameters(Family[Adapters]):
    """An adapter of rank r adds B A to a frozen matrix: A has r rows of inputs, B outputs rows of r."""

    name, version, title = "training.lora-parameters", 1, "Trainable parameters of LoRA"
    source = "Hu et al. (2022), LoRA: low-rank adaptation of large language models, sections 4.1 and 4.2"
    answer = {
        "one": Integer(),
        "many": Integer(),
        "share": Real(significant=3, unit="%"),
        "rank": Integer(),
        "even": Integer(),
    }
    prompt = {
        "one": "`nn.Linear({i}, {o})` gets a LoRA adapter of rank {rank}. How many parameters are trained?",
        "many": "A transformer has {blocks} blocks. In each, LoRA of rank {rank} adapts {projections}. How many "
        "parameters are trained?",
        "share": "A transformer of {base_words} parameters has {blocks} blocks. In each, LoRA of rank {rank} adapts "
        "{projections}. How many parameters are trained, as a percentage of the model's, to 3 significant digits?",
        "rank": "A transformer has {blocks} blocks. In each, LoRA adapts {projections}. At most {budget} parameters "
        "may be trained. What is the largest rank?",
        "even": "`nn.Linear({i}, {o})` gets a LoRA adapter. What is the smallest rank at which the adapter has more "
        "parameters than the weight matrix?",
    }
    _frozen = "weights and biases of the model are frozen"
    _list = "layers are given as inputs to outputs"
    conventions = {
        "one": (_frozen,),
        "many": (_frozen, _list),
        "share": (_frozen, _list, "the adapters are not among the model's parameters"),
        "rank": (_frozen, _list, "the same rank everywhere"),
        "even": ("biases are not counted",),
    }
    _each = "Each adapter is two matrices, A of r x inputs and B of outputs x r: r times (inputs + outputs) parameters."
    _trained = "In one block: ${rank} * ({sum}) = {block}$; in all: ${blocks} * {block} = {trained}$."
    steps = {
        "one": (
            "A is {rank} x {i}: {a} parameters. B is {o} x {rank}: {b}.",
            "${a} + {b}$ = {answer}",
        ),
        "many": (_each, "In one block: ${rank} * ({sum}) = {block}$.", "${blocks} * {block}$ = {answer}"),
        "share": (_each, _trained, "$frac({trained}, {base_number})$ = {answer}"),
        "rank": (
            _each,
            "All blocks, for each rank: ${blocks} * ({sum}) = {per_rank}$.",
            "$r = floor(frac({budget}, {per_rank}))$ = {answer}",
        ),
        "even": (
            "The matrix has ${i} * {o} = {full}$ parameters, the adapter $r * ({i} + {o}) = {per_rank} r$.",
            "$frac({full}, {per_rank}) = {ratio:.2}$, so the smallest rank above it is {answer}",
        ),
    }
    limits = {1: Effort(4, 4), 2: Effort(8, 7), 3: Effort(12, 8)}
    mistakes = (
        Mistake(
            "one matrix",
            lambda p: p.counting(p.rank * p.blocks * p.inputs),
            "You counted A alone. B, from the rank back to the outputs, is trained too.",
            teaches="memory-points-lora",
        ),
        Mistake(
            "rank times the full matrix",
            lambda p: p.counting(p.rank * p.blocks * p.full),
            "You multiplied inputs by outputs. A rank adds a row to A and a column to B: their sum, {rank} times.",
        ),
        Mistake(
            "frozen weights counted",
            lambda p: p.counting(p.trained + p.blocks * p.full),
            "You counted the frozen weights as well. Only A and B are trained.",
            teaches="memory-points-lora",
        ),
        Mistake(
            "full fine-tuning",
            lambda p: p.counting(p.blocks * p.full),
            "Those are the weights of the adapted layers themselves. LoRA freezes them and trains A and B.",
            teaches="memory-points-lora",
        ),
        Mistake(
            "a square matrix between",
            lambda p: p.counting(p.trained + p.blocks * len(p.layers) * p.rank**2),
            "You put a matrix of {rank} x {rank} between A and B. LoRA multiplies them directly.",
        ),
        Mistake(
            "biases for the adapters",
            lambda p: p.counting(p.trained + p.blocks * (len(p.layers) * p.rank + p.outputs)),
            "You gave A and B biases. They are plain matrices.",
        ),
        Mistake(
            "one block only",
            lambda p: p.counting(p.trained // p.blocks) if p.blocks > 1 else None,
            "You counted one block. The model has {blocks}.",
        ),
        Mistake(
            "square projections",
            lambda p: p.counting(2 * p.rank * p.blocks * p.inputs) if p.names else None,
            "You took all layers as square. Their outputs differ: {sides}.",
        ),
        Mistake(
            "share without percent",
            lambda p: Fraction(p.trained, 10**6 * p.base) if p.base else None,
            "That is the share as a fraction. As a percentage it is 100 times larger.",
        ),
        Mistake(
            "share of the adapted layers",
            lambda p: Fraction(100 * p.trained, p.blocks * p.full) if p.base else None,
            "You divided by the weights of the adapted layers. The question asks for all {base_words}.",
        ),
        Mistake(
            "rank for one matrix",
            lambda p: p.allowing(p.blocks * p.inputs),
            "You gave the budget to A alone. Each rank also adds a column to every B.",
        ),
        Mistake(
            "rank for one block",
            lambda p: p.allowing(p.inputs + p.outputs) if p.blocks > 1 else None,
            "You gave the whole budget to one block. {blocks} blocks share it.",
        ),
        Mistake(
            "one rank too many",
            lambda p: p.budget // p.per_rank + 1 if p.budget else None,
            "You rounded up. Rank {value} would need more than {budget} parameters.",
        ),
        Mistake(
            "rank for square layers",
            lambda p: p.allowing(2 * p.blocks * p.inputs),
            "You took all layers as square. Their outputs differ: {sides}.",
        ),
        Mistake(
            "rank of the matrix",
            lambda p: min(p.layers[0]) if p.ask == "even" else None,
            "That is the largest rank the matrix can have. The adapter outgrows the matrix much sooner.",
        ),
        Mistake(
            "largest that saves",
            lambda p: p.full // p.per_rank if p.ask == "even" else None,
            "At that rank the adapter still has no more parameters than the matrix. The next one has.",
        ),
        Mistake(
            "half the smaller side",
            lambda p: min(p.layers[0]) // 2 + 1 if p.ask == "even" else None,
            "Half of a side is right for a square matrix only. Here it is {i} times {o} over their sum.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Adapters | None:
        """Level 1: one layer; level 2: two projections of all blocks; level 3: a share, a budget, or break-even."""
        if level == 1:
            inputs, outputs = 4 * draw.integer(2, 50), 4 * draw.integer(2, 50)
            return Adapters("one", ((inputs, outputs),), draw.choice((2, 3, 4, 5, 6, 8, 10)))
        width = 64 * draw.integer(4, 80)
        keys = width // draw.choice((2, 4, 4, 8))
        sizes = {"query": (width, width), "key": (width, keys), "value": (width, keys), "output": (width, width)}
        sizes["up"], sizes["down"] = (width, 4 * width), (4 * width, width)
        blocks, rank = draw.integer(4, 80), draw.choice((2, 4, 8, 8, 16, 16, 32, 64))
        two = (("query", "value"), ("query", "value"), ("query", "key"), ("value", "output"))
        more = (("query", "value"), ("query", "key", "value"), ("query", "value", "output"), ("up", "down"))
        names: tuple[str, ...] = draw.choice(two if level == 2 else more)
        layers = tuple(sizes[name] for name in names)
        if level == 2:
            return Adapters("many", layers, rank, names, blocks)
        if draw.chance(0.2):
            sides = draw.sample(range(64, 1040, 8), 2)
            return Adapters("even", ((sides[0], sides[1]),))
        if draw.chance(0.5):
            exact = (blocks * 12 * width**2 + 32_000 * width) / 10**6  # roughly what such a model has
            base = round(exact, -2 if exact > 1000 else -1)
            return Adapters("share", layers, rank, names, blocks, base=int(base)) if base else None
        p = Adapters("rank", layers, 0, names, blocks)
        budget = p.per_rank * draw.integer(3, 70) + draw.integer(p.per_rank // 10, p.per_rank * 9 // 10)
        return Adapters("rank", layers, 0, names, blocks, budget=round(budget, -5 if budget > 10**6 else -4))

    def variant(self, p: Adapters) -> str:
        """Return what is asked for."""
        return p.ask

    def formula(self, p: Adapters) -> Value:
        """Return rank x (inputs + outputs), summed; as a percentage; or the rank that this allows."""
        if p.ask == "even":
            return p.full // p.per_rank + 1
        found = p.allowing(p.per_rank) if p.budget else p.counting(p.trained)
        assert found is not None
        return found

    def effort(self, p: Adapters) -> Effort:
        """Return the sums of sides, the products, and the division of a share or a rank."""
        operations = {"one": 3, "many": 5, "share": 7, "rank": 6, "even": 4}[p.ask] + len(p.layers) - 1
        return Effort(operations, len(str(p.budget or p.trained or p.full)))

    def facts(self, p: Adapters) -> Facts:
        """Return the layers, and what a person works out on the way."""
        (i, o), *_ = p.layers
        described = [f"{name} ({a} to {b})" for name, (a, b) in zip(p.names, p.layers, strict=False)]
        return {
            "i": i,
            "o": o,
            "projections": f"the layers {', '.join(described[:-1])} and {described[-1]}" if described else "",
            "sides": ", ".join(described),
            "base_words": f"{p.base} million" if p.base < 1000 else f"{_billions(p.base)} billion",
            "base_number": p.base * 10**6,
            "a": p.rank * i,
            "b": p.rank * o,
            "sum": " + ".join(f"{a} + {b}" for a, b in p.layers),
            "block": p.rank * (p.inputs + p.outputs),
            "trained": p.trained,
            "full": p.full,
            "per_rank": p.per_rank,
            "ratio": Fraction(p.full, p.per_rank),
        }

    @staticmethod
    def witness(
        ask: str, layers: tuple[tuple[int, int], ...], rank: int, blocks: int, base: int, budget: int
    ) -> object:
        """Return the number of elements of real adapters, or the rank found by trying."""
        import torch

        matrices = [torch.empty(outputs, inputs, device="meta") for inputs, outputs in layers]
        if rank:
            a = [w.new_empty(rank, w.shape[1]) for w in matrices]
            b = [w.new_empty(w.shape[0], rank) for w in matrices]
            answer: float = blocks * sum(x.numel() for x in a + b)
            if ask == "share":
                answer *= 100 / (base * 10**6)
        else:
            limit, answer = budget or sum(w.numel() for w in matrices), 0
            for step in (512, 256, 128, 64, 32, 16, 8, 4, 2, 1):
                a = [w.new_empty(answer + step, w.shape[1]) for w in matrices]
                b = [w.new_empty(w.shape[0], answer + step) for w in matrices]
                if blocks * sum(x.numel() for x in a + b) <= limit:
                    answer += step
            if ask == "even":
                answer += 1
        return answer


def _billions(millions: int) -> str:
    """Write millions as billions: 6.7, 13."""
    whole, part = divmod(millions, 1000)
    return f"{whole}.{part // 100}" if part else str(whole)
