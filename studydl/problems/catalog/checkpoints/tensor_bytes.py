"""How many bytes of tensors a checkpoint holds."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

BYTES = {"float64": 8, "float32": 4, "float16": 2, "bfloat16": 2}
SLOTS = {"": 0, "SGD": 1, "Adam": 2, "AdamW": 2}
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
        self,
        *,
        parameters: int | None = None,
        slots: int | None = None,
        stats: int | None = None,
        counter: int = COUNTER,
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

    @property
    def if_float32(self) -> int | None:
        """Return the bytes if every weight took 4; None for a slice."""
        found = self.total(counter=0)
        if found is None:
            return None
        return (found - self.step_bytes) * 4 // self.size + (COUNTER if self.normed else 0) + self.step_bytes

    def plus(self, numbers: int) -> int | None:
        """Return the bytes with more numbers of the model's dtype; None for a slice."""
        found = self.total()
        return None if found is None else found + numbers * self.size

    def of_rows(self, rows: int) -> int | None:
        """Return the bytes of this many rows of the tensor that is cut; None for others."""
        return rows * self.widths[0] * self.size if self.ask == "slice" else None


class TensorBytes(Family[Saved]):
    """A checkpoint holds parameters, buffers and what the optimizer keeps, each storage once."""

    name, version, title = "checkpoints.tensor-bytes", 1, "Bytes of a checkpoint"
    source = (
        "PyTorch documentation, Serialization semantics, section Saving and loading tensors preserves views; "
        "torch.nn.Module.state_dict; torch.optim.Optimizer.state_dict"
    )
    answer = Integer(unit="bytes")
    _network = "`nn.Linear({i}, {h})`, `nn.BatchNorm1d({h})`, ReLU, `nn.Linear({h}, {o})`"
    prompt = {
        "layer": "How many bytes of tensor data does the state dict of {layer} hold if its dtype is {dtype}?",
        "model": "A model is " + _network + ", in {dtype}. How many bytes of tensor data does its state dict hold?",
        "training": "A model is " + _network + ", in {dtype}. It was trained with {optimizer_words}. How many bytes of "
        "tensor data do the state dicts of model and optimizer hold together?",
        "tied": "A language model is `nn.Embedding({rows}, {i})`, `nn.Linear({i}, {i})` and a head `nn.Linear({i}, "
        "{rows}, bias=False)` whose weight is the embedding's own, all in {dtype}. How many bytes of tensor data does "
        "`torch.save(model.state_dict(), path)` write?",
        "slice": "The {dtype} tensor `x` has the shape ({rows}, {i}). How many bytes of tensor data does "
        "`torch.save({expression}, path)` write?",
    }
    _data = "numbers only, without names and the file around them"
    _counter = "num_batches_tracked is an int64 in any dtype"
    conventions = {
        "layer": (_data,),
        "model": (_data, _counter),
        "training": (_data, _counter, "{step_convention}"),
        "tied": (_data,),
        "slice": (_data,),
    }
    _linear = "Linear layers: $({i} * {h} + {h}) + ({h} * {o} + {o}) = {linear}$ numbers."
    steps = {
        "layer": ("Numbers: ${product} = {numbers}$.", "{size} bytes each: ${size} * {numbers}$ = {answer}"),
        "model": (
            _linear,
            "Normalization: scale, shift, running mean and running variance, $4 * {h} = {four}$ numbers.",
            "{size} bytes each: ${size} * ({linear} + {four}) = {before}$.",
            "The counter of batches, an int64, takes 8 more: ${before} + 8$ = {answer}",
        ),
        "training": (
            _linear,
            "With scale and shift of the normalization: ${linear} + 2 * {h} = {parameters}$ parameters.",
            "{kept_words}: with the parameter itself $(1 + {slots}) * {parameters} = {learned}$ numbers.",
            "Running mean and variance have no such state: $2 * {h} = {two}$ numbers.",
            "{size} bytes each: ${size} * ({learned} + {two}) = {before}$.",
            "{counter_words}: ${rest_sum}$ = {answer}",
        ),
        "tied": (
            "Embedding and head share one storage, which is written once: ${rows} * {i} = {table}$ numbers.",
            "The layer between them: ${i} * {i} + {i} = {linear}$ numbers.",
            "{size} bytes each: ${size} * ({table} + {linear})$ = {answer}",
        ),
        "slice": (
            "{storage_words}",
            "${saved_rows} * {i} = {saved}$ numbers of {size} bytes: {answer}",
        ),
    }
    limits = {1: Effort(4, 4), 2: Effort(11, 5), 3: Effort(18, 7)}
    mistakes = (
        Mistake(
            "biases forgotten",
            lambda p: p.total(parameters=p.parameters - p.biases),
            "You left the biases out. They are in the state dict too: {biases} numbers.",
        ),
        Mistake(
            "bias where there is none",
            lambda p: p.plus(p.widths[-1]) if not p.bias else None,
            "You counted a bias. The layer has bias=False, so its weight is all there is.",
        ),
        Mistake(
            "numbers for bytes",
            lambda p: p.parameters if p.ask in ("layer", "tied") else None,
            "You counted numbers. In {dtype} each takes {size} bytes.",
        ),
        Mistake(
            "4 bytes in any dtype",
            lambda p: p.if_float32,
            "You took 4 bytes a number, as in float32. In {dtype} it is {size}.",
        ),
        Mistake(
            "buffers forgotten",
            lambda p: p.total(stats=0, counter=0) if p.ask == "model" else None,
            "You counted parameters only. The state dict has the buffers of batch normalization too.",
            teaches="module-buffer",
        ),
        Mistake(
            "counter of batches forgotten",
            lambda p: p.total(counter=0) if p.normed else None,
            "You left num_batches_tracked out, an int64 of 8 bytes.",
        ),
        Mistake(
            "counter of batches as a weight",
            lambda p: p.total(counter=p.size) if p.normed else None,
            "You gave num_batches_tracked {size} bytes. It is an int64 in any dtype: 8 bytes.",
            convention="an int64 in any dtype",
        ),
        Mistake(
            "gradients saved",
            lambda p: p.plus(p.parameters) if p.optimizer else None,
            "You counted gradients. No state dict holds them.",
        ),
        Mistake(
            "optimizer forgotten",
            lambda p: _without_optimizer(p) if p.optimizer else None,
            "That is the model alone. The state dict of the optimizer is saved with it: {kept_words}.",
            teaches="save-adam",
        ),
        Mistake(
            "one number of Adam",
            lambda p: p.total(slots=1) if SLOTS[p.optimizer] == 2 else None,
            "You counted one number a parameter. {kept_words}.",
            teaches="save-adam",
        ),
        Mistake(
            "optimizer state for buffers",
            lambda p: p.total(parameters=p.parameters + 2 * p.normed, stats=0) if p.optimizer else None,
            "You gave the running statistics optimizer state. They are buffers, which no optimizer sees.",
            teaches="module-buffer",
        ),
        Mistake(
            "step counts forgotten",
            lambda p: _whole(p) - p.step_bytes if p.optimizer else None,
            "You left Adam's step counts out: a float32 for each of 6 parameter tensors, 24 bytes.",
            convention="a float32 step count",
            teaches="save-adam",
        ),
        Mistake(
            "tied weight twice",
            lambda p: p.plus(p.table) if p.ask == "tied" else None,
            "You counted the tied weight twice. The state dict names it twice, but torch.save writes its storage once.",
        ),
        Mistake(
            "bias for the head",
            lambda p: p.plus(p.rows) if p.ask == "tied" else None,
            "You gave the head a bias. It has bias=False.",
        ),
        Mistake(
            "slice only",
            lambda p: p.of_rows(p.kept),
            "You counted the slice. It is a view, and torch.save writes the whole storage behind it.",
            teaches="save-slice",
        ),
        Mistake(
            "whole tensor",
            lambda p: p.of_rows(p.rows),
            "You counted all of `x`. `clone()` copies the slice to a storage of its own, and only that is written.",
            teaches="save-slice",
        ),
        Mistake(
            "numbers of the slice",
            lambda p: (p.kept if p.cloned else p.rows) * p.widths[0] if p.ask == "slice" else None,
            "You counted numbers. In {dtype} each takes {size} bytes.",
        ),
        Mistake(
            "slice in float32",
            lambda p: (p.kept if p.cloned else p.rows) * p.widths[0] * 4 if p.ask == "slice" else None,
            "You took 4 bytes a number, as in float32. In {dtype} it is {size}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Saved | None:
        """Level 1: one layer; level 2: normalization; level 3: an optimizer, tied weights, or a slice."""
        dtype = draw.choice(("float64", "float32", "float32", "float16", "bfloat16"))
        if level == 1:
            return Saved("layer", dtype, (draw.integer(3, 40), draw.integer(3, 40)), draw.chance(0.75))
        widths = (draw.integer(5, 64), draw.integer(8, 64), draw.integer(2, 20))
        if level == 2:
            return Saved("model", dtype, widths)
        kind = draw.choice(("training", "training", "training", "training", "tied", "tied", "slice", "slice"))
        if kind == "training":
            return Saved(kind, dtype, widths, optimizer=draw.choice(("SGD", "Adam", "AdamW")))
        rows, columns = 10 * draw.integer(50, 500), 8 * draw.integer(2, 16)
        if kind == "tied":
            return Saved(kind, dtype, (columns, columns), rows=rows)
        return Saved(kind, dtype, (columns,), rows=rows, kept=rows // draw.integer(3, 40), cloned=draw.chance(0.5))

    def variant(self, p: Saved) -> str:
        """Return what is saved."""
        return p.ask

    def branch(self, p: Saved) -> str:
        """Return what is saved, and how."""
        return f"{p.ask} {p.optimizer}{'cloned' if p.cloned else ''}".rstrip()

    def formula(self, p: Saved) -> int:
        """Return the bytes of a number times the numbers in different storages, and the counters."""
        return _whole(p)

    def effort(self, p: Saved) -> Effort:
        """Return the products and sums of what is counted."""
        operations = {"layer": 3, "model": 10, "training": 15, "tied": 6, "slice": 3}[p.ask]
        return Effort(operations, len(str(_whole(p) // p.size)))

    def facts(self, p: Saved) -> Facts:
        """Return the modules, and what a person works out on the way."""
        i, o = p.widths[0], p.widths[-1]
        h, slots, saved_rows = p.normed, SLOTS[p.optimizer], p.kept if p.cloned else p.rows
        linear, learned = p.weights + p.biases, (1 + SLOTS[p.optimizer]) * p.parameters
        before = p.size * (learned + 2 * h) if p.optimizer else p.size * (linear + 4 * h)
        adam = p.step_bytes > 0
        return {
            "i": i,
            "h": h,
            "o": o,
            "size": p.size,
            "layer": f"`nn.Linear({i}, {o}{'' if p.bias else ', bias=False'})`",
            "product": f"{i} * {o} + {o}" if p.bias else f"{i} * {o}",
            "numbers": linear,
            "biases": p.biases,
            "linear": linear,
            "four": 4 * h,
            "two": 2 * h,
            "parameters": p.parameters,
            "slots": slots,
            "learned": learned,
            "before": before,
            "optimizer_words": f"`torch.optim.{p.optimizer}`" if adam else "`torch.optim.SGD` with momentum",
            "kept_words": f"{p.optimizer} keeps 2 numbers a parameter, means of gradients and of their squares"
            if adam
            else "SGD keeps 1 number a parameter, the momentum",
            "step_convention": f"{p.optimizer} keeps a float32 step count for each parameter tensor"
            if adam
            else "SGD keeps no step count",
            "counter_words": "The counter of batches takes 8 more, the step counts of 6 parameter tensors $6 * 4 = 24$"
            if adam
            else "The counter of batches, an int64, takes 8 more",
            "rest_sum": f"{before} + 8 + 24" if adam else f"{before} + 8",
            "table": p.table,
            "expression": f"x[:{p.kept}]{'.clone()' if p.cloned else ''}",
            "storage_words": f"`clone()` gives the slice a storage of its own, of {p.kept} rows."
            if p.cloned
            else f"`x[:{p.kept}]` is a view: its storage is that of `x`, and `torch.save` writes storages whole.",
            "saved_rows": saved_rows,
            "saved": saved_rows * i,
        }

    @staticmethod
    def witness(
        ask: str,
        dtype: str,
        widths: tuple[int, ...],
        bias: bool,
        optimizer: str,
        rows: int,
        kept: int,
        cloned: bool,
    ) -> int:
        """Return the bytes of the different storages behind what is really saved."""
        import torch

        nn, kind = torch.nn, getattr(torch, dtype)
        if ask == "slice":
            part = torch.empty(rows, *widths, dtype=kind)[:kept]
            saved = [part.clone() if cloned else part]
        else:
            layers: list[torch.nn.Module] = [nn.Linear(widths[0], widths[1], bias, dtype=kind)]
            if ask == "tied":
                layers.insert(0, nn.Embedding(rows, widths[0], _weight=torch.empty(rows, widths[0], dtype=kind)))
                layers.append(nn.Linear(widths[0], 1, bias=False))
                layers[-1].weight = layers[0].weight
            if ask in ("model", "training"):
                layers += [nn.BatchNorm1d(widths[1], dtype=kind), nn.Linear(widths[1], widths[2], dtype=kind)]
            model = nn.Sequential(*layers)
            saved = list(model.state_dict().values())
            if optimizer:
                if optimizer == "SGD":
                    working: torch.optim.Optimizer = torch.optim.SGD(model.parameters(), lr=0.1, momentum=0.9)
                else:
                    working = getattr(torch.optim, optimizer)(model.parameters(), lr=0.1)
                for p in model.parameters():
                    p.grad = torch.zeros_like(p)
                working.step()
                saved += [x for state in working.state_dict()["state"].values() for x in state.values()]
        storages = {x.untyped_storage().data_ptr(): x.untyped_storage().nbytes() for x in saved}
        return sum(storages.values())


def _whole(p: Saved) -> int:
    """Return the bytes that are written."""
    found = p.of_rows(p.kept if p.cloned else p.rows) if p.ask == "slice" else p.total()
    assert found is not None
    return found


def _without_optimizer(p: Saved) -> int | None:
    """Return the bytes of the model alone."""
    found = p.total(slots=0)
    return None if found is None else found - p.step_bytes
