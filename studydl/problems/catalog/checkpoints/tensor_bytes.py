"""How many bytes the tensors of a checkpoint take."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

SIZES = {"float16": 2, "float32": 4, "float64": 8}  # bytes an element


@dataclass(frozen=True, slots=True)
class Saved:
    """A network of linear layers, and what of it is saved.

    Args:
        widths: of input, hidden layers and output, 4 to 256.
        dtype: of its parameters.
        norm: whether a BatchNorm1d follows the first linear layer.
        adam: whether the state of Adam is saved beside the network, after at least one step.
    """

    widths: tuple[int, ...]
    dtype: str
    norm: bool = False
    adam: bool = False

    @property
    def size(self) -> int:
        """Return the bytes of one element."""
        return SIZES[self.dtype]

    @property
    def weights(self) -> int:
        """Return the number of weights of the linear layers."""
        return sum(a * b for a, b in pairwise(self.widths))

    @property
    def biases(self) -> int:
        """Return the number of biases of the linear layers."""
        return sum(self.widths[1:])

    @property
    def scales(self) -> int:
        """Return the number of parameters of the BatchNorm; it has as many running statistics."""
        return 2 * self.widths[1] * self.norm

    @property
    def parameters(self) -> int:
        """Return the number of parameters."""
        return self.weights + self.biases + self.scales

    def bytes_of(self, parameters: int, *, buffers: int = 1, moments: int = 2, counter: int = 8) -> int:
        """Return the bytes if so many parameters were saved.

        Args:
            parameters: of the network.
            buffers: 1 if the running statistics are saved, 0 if not.
            moments: tensors Adam keeps beside each parameter.
            counter: bytes of the BatchNorm's counter of batches.
        """
        network = (parameters + self.scales * buffers) * self.size + counter * self.norm * buffers
        return network + moments * parameters * self.size * self.adam


class TensorBytes(Family[Saved]):
    """A state_dict holds every parameter and buffer: elements times bytes an element, summed over its tensors."""

    name, version, title = "checkpoints.tensor-bytes", 1, "Bytes of a checkpoint's tensors"
    source = "torch documentation: Saving and Loading Models; torch.nn.BatchNorm1d, section Variables; torch.optim.Adam"
    answer = Integer(unit="bytes")
    _network = "A network is made of {layers}, all in {dtype}. "
    prompt = {
        "plain": _network + "How many bytes do the tensors of its `state_dict()` take?",
        "norm": _network + "How many bytes do the tensors of its `state_dict()` take?",
        "adam": _network + "After some steps of Adam, the `state_dict()` of the network and that of the optimizer are "
        "saved. How many bytes do all their tensors take?",
    }
    _bytes = "the tensors alone: a file adds names and structure"
    conventions = {
        "plain": (_bytes, "linear layers have a bias"),
        "norm": (_bytes, "linear layers have a bias", "BatchNorm1d counts its batches in one int64"),
        "adam": (
            _bytes,
            "linear layers have a bias",
            "BatchNorm1d counts its batches in one int64",
            "Adam's step counters are not counted",
        ),
    }
    _linear = "Weights: ${products} = {weights}$. Biases: ${sums} = {biases}$."
    _norm = "The BatchNorm has {scales} parameters, {scales} running statistics, and a counter of 8 bytes."
    steps = {
        "plain": (
            _linear,
            "A {dtype} takes {size} bytes.",
            "$({weights} + {biases}) * {size}$ = {answer}",
        ),
        "norm": (
            _linear,
            _norm,
            "A {dtype} takes {size} bytes: $({weights} + {biases} + 2 * {scales}) * {size} + 8$ = {answer}",
        ),
        "adam": (
            _linear,
            _norm,
            "The network: $({weights} + {biases} + 2 * {scales}) * {size} + 8 = {network}$ bytes.",
            "Adam keeps two numbers for each of the {parameters} parameters: "
            "$2 * {parameters} * {size} = {optimizer}$ bytes.",
            "${network} + {optimizer}$ = {answer}",
        ),
    }
    limits = {1: Effort(10, 5), 2: Effort(16, 6), 3: Effort(24, 7)}
    mistakes = (
        Mistake(
            "elements for bytes",
            lambda p: p.bytes_of(p.parameters) // p.size,
            "You counted elements. Each {dtype} takes {size} bytes.",
        ),
        Mistake(
            "biases forgotten",
            lambda p: p.bytes_of(p.weights + p.scales),
            "You left out the biases. Each linear layer has one for each of its outputs: {biases} in all.",
            convention="linear layers have a bias",
        ),
        Mistake(
            "parameters only",
            lambda p: p.bytes_of(p.parameters, buffers=0) if p.norm else None,
            "You left out the buffers. A state_dict also holds the running statistics and their counter.",
        ),
        Mistake(
            "counter forgotten",
            lambda p: p.bytes_of(p.parameters, counter=0) if p.norm else None,
            "You left out `num_batches_tracked`, an int64 of 8 bytes.",
            convention="counts its batches in one int64",
        ),
        Mistake(
            "BatchNorm without parameters",
            lambda p: p.bytes_of(p.parameters - p.scales) if p.norm else None,
            "You gave the BatchNorm running statistics only. It also learns a scale and a shift for each feature.",
        ),
        Mistake(
            "one moment",
            lambda p: p.bytes_of(p.parameters, moments=1) if p.adam else None,
            "You gave Adam one number a parameter. It keeps two: averages of the gradient and of its square.",
        ),
        Mistake(
            "network only",
            lambda p: p.bytes_of(p.parameters, moments=0) if p.adam else None,
            "Those are the bytes of the network. Adam's state takes {optimizer} more.",
        ),
        Mistake(
            "gradients saved",
            lambda p: p.bytes_of(p.parameters, moments=3) if p.adam else None,
            "You counted gradients. They are made anew in every step and are in no state_dict.",
        ),
        Mistake(
            "bits for bytes",
            lambda p: 8 * p.bytes_of(p.parameters),
            "Those are bits. A {dtype} takes {size} bytes.",
        ),
        Mistake(
            "one layer only",
            lambda p: p.size * (p.widths[0] + 1) * p.widths[1],
            "That is the first linear layer alone. All tensors count.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Saved | None:
        """Level 1: two linear layers; level 2: with a BatchNorm; level 3: with the state of Adam as well."""
        if level == 1:
            widths = tuple(draw.choice((4, 5, 8, 10, 12, 16, 20)) for _ in range(3))
            return Saved(widths, draw.choice(("float32", "float32", "float64", "float16")))
        widths = (draw.integer(8, 256), draw.integer(8, 128), draw.integer(2, 100))
        dtype = draw.choice(("float32", "float64")) if level == 3 else draw.choice(tuple(SIZES))
        return Saved(widths, dtype, norm=True, adam=level == 3)

    def variant(self, p: Saved) -> str:
        """Return plain, norm or adam."""
        return "adam" if p.adam else "norm" if p.norm else "plain"

    def formula(self, p: Saved) -> int:
        """Return the bytes of parameters and buffers, and of Adam's two moments."""
        return p.bytes_of(p.parameters)

    def effort(self, p: Saved) -> Effort:
        """Return the products and sums of the layers, of the BatchNorm, of Adam, and the product with the bytes."""
        return Effort(2 * len(p.widths) + 4 * p.norm + 4 * p.adam, len(str(p.weights)))

    def facts(self, p: Saved) -> Facts:
        """Return the layers, their elements, and the bytes of network and optimizer."""
        names = [f"`nn.Linear({a}, {b})`" for a, b in pairwise(p.widths)]
        if p.norm:
            names.insert(1, f"`nn.BatchNorm1d({p.widths[1]})`")
        optimizer = 2 * p.parameters * p.size
        return {
            "layers": ", ".join(names[:-1]) + f" and {names[-1]}",
            "products": " + ".join(f"{a} * {b}" for a, b in pairwise(p.widths)),
            "sums": " + ".join(map(str, p.widths[1:])),
            "weights": p.weights,
            "biases": p.biases,
            "scales": p.scales,
            "size": p.size,
            "parameters": p.parameters,
            "network": p.bytes_of(p.parameters, moments=0),
            "optimizer": optimizer,
        }

    @staticmethod
    def witness(widths: tuple[int, ...], dtype: str, norm: bool, adam: bool) -> int:
        """Return the bytes of the tensors in real state_dicts."""
        import torch

        options = {"dtype": getattr(torch, dtype), "device": "meta"}
        shapes = [shape for n in range(1, len(widths)) for shape in ((widths[n], widths[n - 1]), (widths[n],))]
        linear = torch.nn.ParameterList([torch.empty(shape, **options) for shape in shapes])
        parts = [linear, torch.nn.BatchNorm1d(widths[1], **options)] if norm else [linear]
        saved = [tensor for part in parts for tensor in part.state_dict().values()]
        if adam:  # exp_avg and exp_avg_sq, each like its parameter
            saved += [torch.empty_like(p) for part in parts for p in part.parameters() for _ in range(2)]
        return sum(tensor.numel() * tensor.element_size() for tensor in saved)
