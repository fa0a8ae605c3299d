"""How many parameters a multilayer perceptron has."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from math import prod

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

IMAGES = ((1, 28, 28), (1, 14, 14), (1, 16, 16), (3, 8, 8), (3, 16, 16), (3, 32, 32))
HIDDEN = range(12, 304, 4)
LARGE = range(128, 1032, 8)


@dataclass(frozen=True, slots=True)
class Mlp:
    """A multilayer perceptron, or one linear layer and two that replace it.

    Args:
        widths: inputs, hidden units, outputs.
        image: channels, height and width of the images that are flattened first; empty for vectors.
        norm: whether each hidden layer is followed by BatchNorm1d and has no bias then.
        rank: 0, or the hidden width of the two layers that replace the one given by widths.
    """

    widths: tuple[int, ...]
    image: tuple[int, ...] = ()
    norm: bool = False
    rank: int = 0

    @property
    def layers(self) -> tuple[tuple[int, int], ...]:
        """Return inputs and outputs of each linear layer."""
        return tuple(pairwise(self.widths))

    @property
    def weights(self) -> int:
        """Return the number of weights of the layers."""
        return sum(i * o for i, o in self.layers)

    @property
    def hidden(self) -> int:
        """Return the number of hidden units."""
        return sum(self.widths[1:-1])

    @property
    def units(self) -> int:
        """Return the number of hidden and output units."""
        return sum(self.widths[1:])

    @property
    def outputs(self) -> int:
        """Return the width of the last layer."""
        return self.widths[-1]

    @property
    def ends(self) -> int:
        """Return inputs plus outputs."""
        return self.widths[0] + self.widths[-1]

    @property
    def one_channel(self) -> int | None:
        """Return the parameters if one channel of an image were flattened; None without images."""
        biases = self.outputs if self.norm else self.units
        counted = self.with_biases(biases)
        lost = self.widths[1] * (self.widths[0] - prod(self.image[1:]))
        return counted - lost if counted and self.image else None

    def with_biases(self, biases: int) -> int | None:
        """Return the parameters with another number of biases; None where they are not asked for."""
        return self.weights + biases + 2 * self.hidden * self.norm if not self.rank else None


def listed(items: tuple[int, ...]) -> str:
    """Write two or more numbers as a sentence has them: 80, 40 and 20."""
    *first, last = map(str, items)
    return f"{', '.join(first)} and {last}"


class Parameters(Family[Mlp]):
    """A linear layer has a weight for each pair of input and output, and a bias for each output."""

    name, version, title = "mlp.parameters", 1, "Parameters of a multilayer perceptron"
    source = (
        "torch.nn.Linear documentation, section Variables; Goodfellow, Bengio and Courville (2016), Deep Learning, "
        "chapter 6"
    )
    answer = Integer()
    prompt = {
        "plain": "A network is `nn.Linear({i}, {h})`, ReLU, `nn.Linear({h}, {o})`. How many parameters does it have?",
        "deep": "A network flattens images of {pixels}, has hidden linear layers of {hidden_list} units with ReLU, and "
        "a linear layer with {o} outputs. How many parameters does it have?",
        "norm": "A network flattens images of {pixels}, has hidden layers of {hidden_list} units, and a linear layer "
        "with {o} outputs. Each hidden layer is linear without bias, then `nn.BatchNorm1d`, then ReLU. How many "
        "learnable parameters does it have?",
        "rank": "`nn.Linear({i}, {o})` is replaced by `nn.Linear({i}, {rank})` followed by `nn.Linear({rank}, {o})`. "
        "How many parameters does that save?",
    }
    conventions = {
        "plain": ("each linear layer has a bias",),
        "deep": ("each linear layer has a bias", "image sizes are channels x height x width"),
        "norm": (
            "the last layer has a bias",
            "image sizes are channels x height x width",
            "buffers such as running statistics are not parameters",
        ),
        "rank": ("each linear layer has a bias",),
    }
    steps = {
        "plain": (
            "Inputs times outputs are the weights, and each output has one bias: {each}.",
            "${sum}$ = {answer}",
        ),
        "deep": (
            "Flattened, an image is a vector of ${flattened}$ numbers.",
            "Inputs times outputs are the weights, and each output has one bias: {each}.",
            "${sum}$ = {answer}",
        ),
        "norm": (
            "Flattened, an image is a vector of ${flattened}$ numbers.",
            "Weights of the linear layers: ${sum_of_weights} = {weights}$.",
            "Batch normalization learns a scale and a shift for each hidden unit: $2 * {hidden_sum} = {norms}$.",
            "With the {o} biases of the last layer: ${weights} + {norms} + {o}$ = {answer}",
        ),
        "rank": (
            "Before: ${i} * {o} + {o} = {before}$.",
            "After: $({i} * {rank} + {rank}) + ({rank} * {o} + {o}) = {first} + {second} = {after}$.",
            "${before} - {after}$ = {answer}",
        ),
    }
    limits = {1: Effort(5, 3), 2: Effort(10, 7), 3: Effort(16, 7)}
    mistakes = (
        Mistake(
            "biases forgotten",
            lambda p: p.with_biases(0),
            "You left the biases out. {biases_here}",
        ),
        Mistake(
            "biases counted by inputs",
            lambda p: None if p.norm else p.with_biases(sum(p.widths[:-1])),
            "You gave each input of a layer a bias. A bias is added to an output: {units} biases here.",
        ),
        Mistake(
            "biases for the inputs too",
            lambda p: None if p.norm else p.with_biases(sum(p.widths)),
            "You gave the {i} inputs of the network biases too. They are data; only outputs of a layer have a bias.",
        ),
        Mistake(
            "one bias a layer",
            lambda p: None if p.norm else p.with_biases(len(p.layers)),
            "You counted one bias a layer. Each output has its own: {units} biases here.",
        ),
        Mistake(
            "channels forgotten",
            lambda p: p.one_channel,
            "You flattened one channel. An image has {channels} of them: ${flattened}$ numbers.",
        ),
        Mistake(
            "batch normalization forgotten",
            lambda p: p.weights + p.outputs if p.norm else None,
            "You left batch normalization out. It learns a scale and a shift for each of the {hidden_units} hidden "
            "units.",
            teaches="norm-points-batch",
        ),
        Mistake(
            "bias before batch normalization",
            lambda p: p.with_biases(p.units) if p.norm else None,
            "You gave the hidden layers a bias. They have none here: the shift of batch normalization does its work.",
            teaches="arg-bias-norm",
        ),
        Mistake(
            "running statistics counted",
            lambda p: p.weights + p.outputs + 4 * p.hidden if p.norm else None,
            "You counted the running mean and variance. They are buffers: no gradient ever reaches them.",
            convention="running statistics are not parameters",
            teaches="module-buffer",
        ),
        Mistake(
            "biases ignored in the saving",
            lambda p: p.weights - p.rank * p.ends if p.rank else None,
            "You compared weights only. The layer in the middle brings {rank} biases of its own.",
        ),
        Mistake(
            "one factor only",
            lambda p: p.weights - p.rank * (p.widths[0] + 1) if p.rank else None,
            "You counted the first new layer only. The second one has ${rank} * {o} + {o} = {second}$ parameters.",
        ),
        Mistake(
            "parameters after, not saved",
            lambda p: p.rank * (p.ends + 1) + p.outputs if p.rank else None,
            "That is what the two layers have. The question asks how many fewer that is than {before}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Mlp | None:
        """Level 1: one hidden layer; level 2: images and two; level 3: normalization, or a low rank."""
        if level == 1:
            return Mlp((draw.integer(2, 12), draw.integer(3, 20), draw.integer(2, 10)))
        if level == 2:
            image, hidden = draw.choice(IMAGES), draw.sample(HIDDEN, 2)
            return Mlp((prod(image), *hidden, draw.choice((2, 5, 10, 10, 20, 100))), image)
        return (_normalized if draw.chance(0.6) else _low_rank)(draw)

    def variant(self, p: Mlp) -> str:
        """Return plain, deep, norm or rank."""
        return "rank" if p.rank else "norm" if p.norm else "deep" if p.image else "plain"

    def formula(self, p: Mlp) -> int:
        """Return weights and biases, and what each unit of a normalized layer adds; or the saving."""
        if p.rank:
            return p.weights - p.rank * (p.ends + 1)
        return p.weights + (2 * p.hidden + p.outputs if p.norm else p.units)

    def effort(self, p: Mlp) -> Effort:
        """Return a product and two sums a layer, and what flattening or normalization adds."""
        layers = len(p.layers)
        sums = 2 * layers if p.norm else 2 * layers - 1  # the norm's: weights, hidden units, and three parts
        operations = 8 if p.rank else layers + sums + 2 * bool(p.image) + p.norm
        return Effort(operations, len(str(p.weights)))

    def facts(self, p: Mlp) -> Facts:
        """Return widths, and what a person works out on the way."""
        i, o = p.widths[0], p.outputs
        counts = [a * b + b for a, b in p.layers]
        return {
            "i": i,
            "h": p.widths[1],
            "o": o,
            "pixels": "x".join(map(str, p.image)),
            "flattened": " * ".join(map(str, p.image)) + f" = {i}",
            "channels": p.image[0] if p.image else 1,
            "hidden_list": listed(p.widths[1:-1]) if p.image else "",
            "hidden_sum": "(" + " + ".join(map(str, p.widths[1:-1])) + ")",
            "hidden_units": p.hidden,
            "units": p.units,
            "biases_here": f"The last layer has {o} of them."
            if p.norm
            else f"Each output of a layer has one: {p.units} in all.",
            "each": ", ".join(f"${a} * {b} + {b} = {n}$" for (a, b), n in zip(p.layers, counts, strict=True)),
            "sum": " + ".join(map(str, counts)),
            "sum_of_weights": " + ".join(f"{a} * {b}" for a, b in p.layers),
            "weights": p.weights,
            "norms": 2 * p.hidden,
            "before": p.weights + o,
            "first": p.rank * (i + 1),
            "second": p.rank * o + o,
            "after": p.rank * (i + o + 1) + o,
        }

    @staticmethod
    def witness(widths: tuple[int, ...], norm: bool, rank: int) -> int:
        """Return the number of elements in the parameters of real layers, less those that replace them."""
        import torch

        # The real layers without their random values, which take most of the time.
        bare = {"reset_parameters": lambda layer: None}
        linear = type("Linear", (torch.nn.Linear,), bare)
        *hidden, (inputs, outputs) = torch.tensor(widths).unfold(0, 2, 1).tolist()  # neighbors
        layers = [linear(i, o, bias=not norm, device="meta") for i, o in hidden]
        layers += [torch.nn.BatchNorm1d(o, device="meta") for _, o in hidden if norm]
        layers += [linear(inputs, outputs, device="meta")]
        count: int = sum(p.numel() for layer in layers for p in layer.parameters())
        if rank:
            replacing = [linear(inputs, rank, device="meta"), linear(rank, outputs, device="meta")]
            count -= sum(p.numel() for layer in replacing for p in layer.parameters())
        return count


def _normalized(draw: Draw) -> Mlp:
    """Draw a network for images with batch normalization after its three hidden layers."""
    image = draw.choice(IMAGES)
    return Mlp((prod(image), *draw.sample(HIDDEN, 3), draw.choice((2, 5, 10, 20))), image, norm=True)


def _low_rank(draw: Draw) -> Mlp:
    """Draw a layer and the width of the bottleneck that replaces it."""
    return Mlp(draw.sample(LARGE, 2), rank=draw.integer(4, 64))
