"""How many bytes of tensors a checkpoint holds."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
SLOTS = {"": 0, "SGD": 1, "Adam": 2, "AdamW": 2}
KEPT = {"SGD": "SGD keeps 1 number a parameter, the momentum", "Adam": "Adam keeps 2 numbers a parameter, its means"}
COUNTER = 8  # bytes of num_batches_tracked, an int64


@dataclass(frozen=True, slots=True)
class Saved:
    """What is saved.

    Args:
        ask: "layer", "model" with normalization, "training" with its optimizer, "tied" weights, or a "slice".
        dtype: of weights and running statistics.
        widths: inputs and outputs of a layer; inputs, hidden units and outputs of a model; columns otherwise.
        bias: whether linear layers have one.
        optimizer: "", "SGD" (with momentum), "Adam" or "AdamW".
        rows: of the embedding, or of the tensor that is cut, or 0.
        kept: rows of the slice, or 0.
        cloned: whether the slice is cloned before it is saved.
    """

    ask: str
    dtype: str
    widths: tuple[int, ...]
    bias: bool = True
    optimizer: str = ""
    rows: int = 0
    kept: int = 0
    cloned: bool = False

    @property
    def size(self) -> int:
        """Return the bytes of a weight."""
        return BYTES[self.dtype]

    @property
    def normed(self) -> int:
        """Return the normalized units, or 0."""
        return self.widths[1] if self.ask in ("model", "training") else 0

    @property
    def biases(self) -> int:
        """Return the biases of all linear layers."""
        return sum(self.widths[1:]) * self.bias

    @property
    def table(self) -> int:
        """Return the numbers of the embedding or of the tensor that is cut."""
        return self.rows * self.widths[0]

    @property
    def weights(self) -> int:
        """Return the weights of all linear layers but a tied one."""
        return sum(i * o for i, o in zip(self.widths, self.widths[1:], strict=False))

    @property
    def parameters(self) -> int:
        """Return what is learned: weights, biases, scales and shifts."""
        return self.weights + self.biases + 2 * self.normed + (self.table if self.ask == "tied" else 0)

    @property
    def step_bytes(self) -> int:
        """Return the bytes of Adam's step counts: a float32 for each of the six parameter tensors."""
        return 24 if SLOTS[self.optimizer] == 2 else 0

    def total(
        self, *, parameters: int | None = None, slots: int | None = None, stats: int | None = None, counter: int = COUNTER
    ) -> int | None:
        """Return the bytes of a layer or model with its optimizer; None for a slice.

        Args:
            parameters: numbers learned, if other than the model's.
            slots: numbers the optimizer keeps of each, if other than its own.
            stats: running statistics, if other than two a normalized unit.
            counter: bytes of the batch counter.
        """
        if self.ask == "slice":
            return None
        learned = self.parameters if parameters is None else parameters
        kept = SLOTS[self.optimizer] if slots is None else slots
        running = 2 * self.normed if stats is None else stats
        return self.size * (learned * (1 + kept) + running) + (counter if self.normed else 0) + self.step_bytes
