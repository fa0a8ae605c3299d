"""How many parameters recurrent layers have."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

SETS = {"RNN": 1, "GRU": 3, "LSTM": 4}
PARTS = {
    "RNN": "A plain RNN has one set of weights",
    "GRU": "A GRU has 3 sets of weights (reset gate, update gate, candidate)",
    "LSTM": "An LSTM has 4 sets of weights (input, forget and output gate, candidate)",
}


@dataclass(frozen=True, slots=True)
class Recurrent:
    """A recurrent layer, perhaps stacked, in a classifier or compared with another kind.

    Args:
        kind: "RNN", "GRU" or "LSTM".
        inputs: numbers read at each time step.
        hidden: size of the state.
        layers: layers stacked, 1 to 3.
        bidirectional: whether each layer runs in both directions.
        bias: whether there are biases.
        swap: "", or the smaller kind that replaces this one.
        vocabulary: rows of the embedding before the layer, or 0.
        classes: outputs of the linear layer after it, or 0.
    """

    kind: str
    inputs: int
    hidden: int
    layers: int = 1
    bidirectional: bool = False
    bias: bool = True
    swap: str = ""
    vocabulary: int = 0
    classes: int = 0

    @property
    def sets(self) -> int:
        """Return how many sets of weights each direction of a layer has; how many fewer where kinds are swapped."""
        return SETS[self.kind] - SETS.get(self.swap, 0)

    @property
    def directions(self) -> int:
        """Return 1 or 2."""
        return 1 + self.bidirectional

    @property
    def below(self) -> int:
        """Return what a later layer reads at each time step."""
        return self.directions * self.hidden

    @property
    def stacked(self) -> bool:
        """Say whether there is more than one layer or direction."""
        return self.layers * self.directions > 1

    @property
    def ends(self) -> int:
        """Return the parameters of embedding and linear layer."""
        return self.vocabulary * self.inputs + self.classes * (self.below + 1)

    def one_set(self, inputs: int) -> int:
        """Return the parameters of one set of weights that reads this many inputs."""
        return self.hidden * (inputs + self.hidden + 2 * self.bias)

    def product(self, inputs: int) -> str:
        """Return the parameters of one direction of a layer, in math."""
        biases = f" + 2 * {self.hidden}" if self.bias else ""
        one = f"{self.hidden} * {inputs} + {self.hidden} * {self.hidden}{biases}"
        return f"{self.sets} * ({one})" if self.sets > 1 else one


def total(
    p: Recurrent,
    *,
    sets: int | None = None,
    directions: int | None = None,
    below: int | None = None,
    biases: int | None = None,
    state: int | None = None,
) -> int:
    """Return all parameters.

    Args:
        p: the layer.
        sets: sets of weights, if other than the kind's.
        directions: directions, if other than the layer's.
        below: what a later layer reads, if other than the output of the one before.
        biases: bias vectors a set, if other than 2 or 0.
        state: columns of the recurrent matrix, if other than the size of the state.
    """
    per_unit = (p.hidden if state is None else state) + (2 * p.bias if biases is None else biases)
    read = p.inputs + (p.layers - 1) * (p.below if below is None else below)
    one_way = (p.sets if sets is None else sets) * p.hidden * (read + p.layers * per_unit)
    return one_way * (p.directions if directions is None else directions) + p.ends


class Parameters(Family[Recurrent]):
    """Each set of weights has a matrix for the input, one for the state, and (in torch) two bias vectors."""

    name, version, title = "rnn.parameters", 1, "Parameters of recurrent layers"
    source = "torch.nn.RNN, torch.nn.GRU and torch.nn.LSTM documentation, section Variables"
    answer = Integer()
    prompt = {
        "one": "How many parameters does {layer} have?",
        "stacked": "How many parameters does {layer} have?",
        "swap": "{layer} is replaced by `nn.{swap}` with the same arguments. How many parameters does that save?",
        "model": "A text classifier has `nn.Embedding({vocabulary}, {inputs})`, then {layer}, then a linear layer with "
        "bias that reads the last hidden {states} and gives {classes} scores. How many parameters does it have?",
    }
    conventions = ("{bias_convention}",)
    steps = {
        "one": (
            "{parts}. A set is {a_set}.",
            "${first_product}$ = {answer}",
        ),
        "stacked": (
            "{parts}. A set is {a_set}.",
            "First layer{way}, reading {inputs} numbers: ${first}$.",
            "{later}",
            "${sum}$ = {answer}",
        ),
        "swap": (
            "In each direction of a layer `nn.{kind}` has {kind_sets} sets of weights, `nn.{swap}` has {swap_sets}: "
            "{sets} fewer. A set is {a_set}.",
            "Saved in the first layer{way}, reading {inputs} numbers: ${first}$.",
            "{later}",
            "${sum}$ = {answer}",
        ),
        "model": (
            "Embedding: ${vocabulary} * {inputs} = {embedding}$.",
            "{parts}. A set is {a_set}.",
            "First layer{way}, reading {inputs} numbers: ${first}$.",
            "{later} Together: ${sum} = {recurrent}$.",
            "Linear layer: ${below} * {classes} + {classes} = {head}$.",
            "${embedding} + {recurrent} + {head}$ = {answer}",
        ),
    }
    limits = {1: Effort(7, 4), 2: Effort(16, 7), 3: Effort(30, 8)}
    mistakes = (
        Mistake(
            "one bias vector",
            lambda p: total(p, biases=1) if p.bias else None,
            "You counted one bias vector a set, as Keras does. torch keeps two, b_ih for the input and b_hh "
            "for the state.",
            convention="two bias vectors",
        ),
        Mistake(
            "biases forgotten",
            lambda p: total(p, biases=0),
            "You left the biases out. Each set of weights has two vectors of {hidden}.",
        ),
        Mistake(
            "biases counted without being there",
            lambda p: None if p.bias else total(p, biases=2),
            "You counted biases, but bias=False leaves the two matrices alone.",
        ),
        Mistake(
            "recurrent matrix forgotten",
            lambda p: total(p, state=0),
            "You left out what the state feeds back: a matrix of {hidden} x {hidden} in each set.",
        ),
        Mistake(
            "gates forgotten",
            lambda p: None if p.swap else total(p, sets=1),
            "You counted one set of weights. {parts}.",
        ),
        Mistake(
            "one set too few",
            lambda p: total(p, sets=p.sets - 1) if p.kind != "RNN" and not p.swap else None,
            "You counted one set of weights too few. {parts}.",
        ),
        Mistake(
            "the layer's own size, not the saving",
            lambda p: total(p, sets=SETS[p.kind]) if p.swap else None,
            "That is what `nn.{kind}` has. The question asks how many fewer `nn.{swap}` has.",
        ),
        Mistake(
            "the other layer's size, not the saving",
            lambda p: total(p, sets=SETS[p.swap]) if p.swap else None,
            "That is what `nn.{swap}` has. The question asks how many fewer that is than `nn.{kind}` has.",
        ),
        Mistake(
            "one direction only",
            lambda p: total(p, directions=1),
            "You counted one direction. A bidirectional layer has weights of its own for each.",
        ),
        Mistake(
            "later layers read one direction",
            lambda p: total(p, below=p.hidden),
            "You let a later layer read {hidden} numbers. It reads both directions of the layer below: {below}.",
        ),
        Mistake(
            "later layers read the input",
            lambda p: total(p, below=p.inputs),
            "You let every layer read {inputs} numbers. A later layer reads the {below} outputs of the one below.",
        ),
        Mistake(
            "one layer only",
            lambda p: p.directions * p.sets * p.one_set(p.inputs) + p.ends if p.layers > 1 else None,
            "You counted the first layer. There are {layers}, and the later ones read its {below} outputs.",
        ),
        Mistake(
            "embedding forgotten",
            lambda p: total(p) - p.vocabulary * p.inputs,
            "You left the embedding out. Its {vocabulary} rows of {inputs} numbers are learned too.",
        ),
        Mistake(
            "linear layer reads one direction",
            lambda p: total(p) - p.classes * (p.below - p.hidden),
            "You let the linear layer read {hidden} numbers. It reads the states of both directions: {below}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Recurrent | None:
        """Level 1: one layer; level 2: stacked or bidirectional; level 3: a classifier, or two kinds compared."""
        kind = draw.choice(("RNN", "GRU", "GRU", "LSTM", "LSTM"))
        if level == 1:
            return Recurrent(kind, draw.integer(2, 20), draw.integer(3, 15), bias=draw.chance(0.8))
        layers, both = draw.choice(((1, True), (2, False), (2, True), (3, False)))
        if level == 2:
            inputs, hidden = draw.integer(8, 128), 2 * draw.integer(4, 64)
            return Recurrent(kind, inputs, hidden, layers, both, draw.chance(0.85))
        if draw.chance(0.4):
            kind, swap = draw.choice((("LSTM", "GRU"), ("LSTM", "GRU"), ("LSTM", "RNN"), ("GRU", "RNN")))
            return Recurrent(kind, 4 * draw.integer(8, 80), 4 * draw.integer(8, 80), layers, both, swap=swap)
        return Recurrent(
            kind,
            draw.choice((32, 48, 50, 64, 80, 100, 128)),
            4 * draw.integer(6, 50),
            *draw.choice(((1, True), (1, True), (2, False), (2, True))),
            vocabulary=500 * draw.integer(2, 60),
            classes=draw.integer(2, 20),
        )

    def variant(self, p: Recurrent) -> str:
        """Return one, stacked, swap or model."""
        return "swap" if p.swap else "model" if p.vocabulary else "stacked" if p.stacked else "one"

    def formula(self, p: Recurrent) -> int:
        """Return the sum over layers and directions of sets x hidden x (read + hidden + 2 biases), and the rest."""
        return total(p)

    def effort(self, p: Recurrent) -> Effort:
        """Return the products and sums of each layer, of its directions, and of what stands before and after it."""
        later, bias = min(p.layers, 2) - 1, int(p.bias)
        operations = (4 + 2 * bias) * (1 + later) + (p.directions - 1) + later * (1 + (p.layers > 2))
        return Effort(operations + 5 * bool(p.vocabulary) + bool(p.swap), len(str(total(p))))

    def facts(self, p: Recurrent) -> Facts:
        """Return the layer as torch writes it, and what a person works out on the way."""
        options = [f"num_layers={p.layers}"] * (p.layers > 1) + ["bias=False"] * (not p.bias)
        options += ["bidirectional=True"] * p.bidirectional
        first, later = (p.sets * p.one_set(read) for read in (p.inputs, p.below))
        copies = ((p.directions, first), (p.directions * (p.layers - 1), later))
        way = ", each direction" if p.bidirectional else ""
        which = "Second layer" if p.layers == 2 else "Each later layer"
        matrices = "a matrix for the input{} one for the state"
        return {
            "layer": f"`nn.{p.kind}({', '.join([str(p.inputs), str(p.hidden), *options])})`",
            "parts": PARTS[p.kind],
            "a_set": matrices.format(",") + " and two bias vectors" if p.bias else matrices.format(" and"),
            "bias_convention": "two bias vectors, b_ih and b_hh, as torch has them"
            if p.bias
            else "bias=False leaves out both bias vectors of torch",
            "way": way,
            "sets": p.sets,
            "first_product": p.product(p.inputs),
            "first": f"{p.product(p.inputs)} = {first}",
            "later": f"{which}{way}, reading {p.below} numbers: ${p.product(p.below)} = {later}$."
            if p.layers > 1
            else "The other direction has weights of its own, just as many.",
            "sum": " + ".join(f"{n} * {count}" if n > 1 else str(count) for n, count in copies if n),
            "below": p.below,
            "kind_sets": SETS[p.kind],
            "swap_sets": SETS.get(p.swap, 0),
            "states": "states of both directions" if p.bidirectional else "state",
            "embedding": p.vocabulary * p.inputs,
            "recurrent": total(p) - p.ends,
            "head": p.classes * (p.below + 1),
        }

    @staticmethod
    def witness(
        kind: str,
        inputs: int,
        hidden: int,
        layers: int,
        bidirectional: bool,
        bias: bool,
        swap: str,
        vocabulary: int,
        classes: int,
    ) -> int:
        """Return the number of elements of the parameters of real layers, less those of the kind that replaces them."""
        import torch

        options, shape = {"bias": bias, "bidirectional": bidirectional}, (inputs, hidden, layers)
        modules: list[tuple[str, tuple[int, ...], dict[str, bool]]]
        modules = [(kind, shape, options), (swap, shape, options)] if swap else [(kind, shape, options)]
        if vocabulary:
            features = 2 * hidden if bidirectional else hidden
            modules += [("Embedding", (vocabulary, inputs), {}), ("Linear", (features, classes), {})]
        counts = []
        for name, sizes, flags in modules:
            # The real module without its random values, which take most of the time.
            shapes_only = type(name, (getattr(torch.nn, name),), {"reset_parameters": lambda module: None})
            counts.append(sum(p.numel() for p in shapes_only(*sizes, **flags, device="meta").parameters()))
        return counts[0] - counts[1] if swap else sum(counts)
