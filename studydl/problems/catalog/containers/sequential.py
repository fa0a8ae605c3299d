"""What runs through nn.Sequential: the features that reach its last layer, and the parameters it holds."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import TypeAlias

from studydl.answers.kinds import Integer
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake

Ints: TypeAlias = tuple[int, ...]
Conv: TypeAlias = tuple[int, int, int, int, int]  # in, out, kernel, stride, padding


@dataclass(frozen=True, slots=True)
class Net:
    """Layers in a row: convolutions, or linear layers of which one runs several times; a linear layer is the last.

    Args:
        inputs: (channels, height, width) of an image, or (features,).
        convs: the convolutions, each followed by a ReLU.
        pools: for each of them the kernel of the pooling behind it, or 0.
        width: of the linear layer that runs several times; 0 without.
        uses: how many times it runs.
        classes: output features of the last layer.
        asked: "features" that the last layer takes in, or "parameters" of all layers.
    """

    inputs: Ints
    convs: tuple[Conv, ...] = ()
    pools: Ints = ()
    width: int = 0
    uses: int = 0
    classes: int = 10
    asked: str = "features"

    def shapes(self, *, pooled: bool = True, up: bool = False, same: bool = False) -> list[Ints]:
        """Return the shape after each convolution and each pooling.

        Args:
            pooled: False to leave pooling out.
            up: True to round up in pooling.
            same: True for convolutions that keep height and width.
        """
        shapes: list[Ints] = []
        side = self.inputs[-1]
        for (_, outputs, kernel, stride, padding), pool in zip(self.convs, self.pools, strict=True):
            side = side if same else (side + 2 * padding - kernel) // stride + 1
            shapes.append((outputs, side, side))
            if pool and pooled:
                side = -(-side // pool) if up else side // pool
                shapes.append((outputs, side, side))
        return shapes

    @property
    def last(self) -> Ints:
        """Return the shape before the last layer, not yet flattened."""
        return (self.width,) if self.width else self.shapes()[-1]

    @property
    def factors(self) -> list[Ints]:
        """Return for each layer with parameters its outputs and what each of them has a weight for."""
        hidden = [(self.width, *self.inputs), (self.width, self.width)] if self.width else []
        convs = [(outputs, inputs, kernel, kernel) for inputs, outputs, kernel, _, _ in self.convs]
        return [*convs, *hidden, (self.classes, prod(self.last))]

    @property
    def counts(self) -> Ints:
        """Return the parameters of each layer that has some: weights, and a bias for each output."""
        return tuple([prod(factors) + factors[0] for factors in self.factors])

    def features(self, shape: Ints) -> int | None:
        """Return how many values a shape holds; None where parameters are asked for."""
        return prod(shape) if self.asked == "features" else None

    def parameters(self, wrong: int) -> int | None:
        """Return a wrong number of parameters of convolutions; None where something else is asked for."""
        return wrong if self.asked == "parameters" and self.convs else None


class Sequential(Family[Net]):
    """Layers run in their order, each on what the one before gives; a layer used twice has its parameters once."""

    name, version, title = "containers.sequential", 1, "Layers in nn.Sequential"
    source = (
        "torch documentation: torch.nn.Sequential, torch.nn.Flatten, torch.nn.Linear; torch.nn.Conv2d, section Shape"
    )
    answer = Integer()
    prompt = {
        "features": "Images of shape {image} go through `nn.Sequential({code})`. Which number must stand for `n`?",
        "parameters": "Images of shape {image} go through `nn.Sequential({code})`, and `n` is chosen to fit. How many "
        "parameters do the layers have?",
        "shared": "Let `hidden = nn.Linear({width}, {width})`. How many parameters does `nn.Sequential({code})` have?",
    }
    _shapes = ("shapes are (C, H, W)", "pooling stride = its kernel size")
    conventions = {
        "features": (*_shapes, "pooling rounds down"),
        "parameters": (*_shapes, "biases count"),
        "shared": ("biases count",),
    }
    steps = {
        "features": (
            "Follow the shape of one image: {path}.",
            "`nn.Flatten` lines up all of its values: ${product}$ = {answer}",
        ),
        "parameters": (
            "Follow the shape of one image: {path}. So `n` is ${product} = {features}$.",
            "Weights and biases of the layers that have some: {products}.",
            "Together: ${sum}$ = {answer}",
        ),
        "shared": (
            "`hidden` runs {times}, but it is one layer with one set of parameters.",
            "Weights and biases of the layers: {products}.",
            "Together: ${sum}$ = {answer}",
        ),
    }
    limits = {1: Effort(10, 4), 2: Effort(20, 4), 3: Effort(30, 6)}
    mistakes = (
        Mistake(
            "counted at each use",
            lambda p: sum(p.counts) + (p.uses - 1) * p.counts[1] if p.width else None,
            "You counted `hidden` each time it runs. It is one layer: its uses share the parameters.",
            teaches="container-shared",
        ),
        Mistake(
            "channels forgotten",
            lambda p: p.features(p.last[1:]),
            "You multiplied height and width only. `nn.Flatten` lines up all {channels} channels, too.",
        ),
        Mistake(
            "one side only",
            lambda p: p.features(p.last[:2]),
            "You took one side of the image. `nn.Flatten` lines up height times width in each channel: ${product}$.",
        ),
        Mistake(
            "convolutions keep the size",
            lambda p: p.features(p.shapes(same=True)[-1]) if p.convs else None,
            "You let convolutions keep height and width. Without padding a kernel of size k takes k - 1 off each of "
            "them: {path}.",
            teaches="conv-output",
        ),
        Mistake(
            "pooling forgotten",
            lambda p: p.features(p.shapes(pooled=False)[-1]) if p.convs else None,
            "You left pooling out. It divides height and width: {path}.",
        ),
        Mistake(
            "pooling rounded up",
            lambda p: p.features(p.shapes(up=True)[-1]) if p.convs else None,
            "You rounded up. Pooling leaves out what no longer fills a window: {path}.",
            convention="pooling rounds down",
        ),
        Mistake(
            "channels of the image",
            lambda p: p.features((p.inputs[0], *p.last[1:])),
            "You kept the channels of the image. The last convolution gives {channels}.",
        ),
        Mistake(
            "outputs of the last layer",
            lambda p: p.features((p.classes,)),
            "That is how many features the last layer gives out. `n` is how many it takes in.",
        ),
        Mistake(
            "biases forgotten",
            lambda p: sum(map(prod, p.factors)) if p.asked == "parameters" else None,
            "You left the biases out. Each layer has one for each of its outputs.",
            convention="biases count",
        ),
        Mistake(
            "last layer forgotten",
            lambda p: sum(p.counts[:-1]) if p.asked == "parameters" else None,
            "You left out the last layer. It has ${last_product}$ parameters.",
        ),
        Mistake(
            "last layer on channels",
            lambda p: p.parameters(sum(p.counts[:-1]) + (p.last[0] + 1) * p.classes),
            "You gave the last layer one input per channel. `nn.Flatten` hands it ${product} = {features}$.",
        ),
        Mistake(
            "kernel on one channel",
            lambda p: p.parameters(p.counts[-1] + sum(outputs * (k * k + 1) for _, outputs, k, _, _ in p.convs)),
            "You counted one kernel slice per output channel. A kernel has one slice for each input channel.",
            teaches="conv-weight-shape",
        ),
        Mistake(
            "hidden layer forgotten",
            lambda p: sum(p.counts) - p.counts[1] if p.width else None,
            "You left `hidden` out. Its parameters belong to the network, once.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Net | None:
        """Level 1: one convolution; level 2: two, with pooling; level 3: parameters, perhaps shared."""
        if level == 3 and draw.chance(0.4):
            return _shared(draw)
        channels, first, second = draw.choice((1, 3)), draw.integer(4, 12), draw.integer(6, 20)
        if level == 1:
            conv = (channels, first, draw.choice((3, 5)), 1, 0)
            side = draw.integer(8, 16)
            return Net((channels, side, side), (conv,), (2 if draw.chance(0.4) else 0,))
        side, kernel = draw.integer(14, 28), draw.choice((3, 3, 5))
        stride, padding = draw.choice(((1, 0), (1, 0), (1, kernel // 2), (2, kernel // 2)))
        convs = ((channels, first, draw.choice((3, 5)), 1, 0), (first, second, kernel, stride, padding))
        pools = (draw.choice((2, 2, 3)), 2 if draw.chance(0.6) else 0)
        p = Net((channels, side, side), convs, pools, asked="features" if level == 2 else "parameters")
        return p if p.last[-1] > 1 else None

    def variant(self, p: Net) -> str:
        """Return features, parameters or shared."""
        return "shared" if p.width else p.asked

    def formula(self, p: Net) -> int:
        """Return channels times height times width before the last layer, or the sum of all parameters."""
        return sum(p.counts) if p.asked == "parameters" else prod(p.last)

    def effort(self, p: Net) -> Effort:
        """Return the arithmetic of each size that changes, and the products for parameters."""
        sizes = 3 * len(p.convs) + sum(map(bool, p.pools)) + 2
        if p.asked == "features":
            return Effort(sizes, len(str(prod(p.last))))
        return Effort((4 * p.uses if p.width else sizes) + 4 * len(p.counts), len(str(sum(p.counts))))

    def facts(self, p: Net) -> Facts:
        """Return the code, the shapes on the way and the parameters of each layer."""
        last = p.last
        products = [f"{_product(f)} + {f[0]} = {count}" for f, count in zip(p.factors, p.counts, strict=True)]
        return {
            "image": str(p.inputs),
            "code": _code(p),
            "width": p.width,
            "times": "twice" if p.uses == 2 else f"{p.uses} times",
            "path": ", then ".join(map(str, p.shapes())),
            "product": _product(last),
            "features": prod(last),
            "channels": last[0],
            "products": "; ".join(f"${product}$" for product in products),
            "last_product": products[-1],
            "sum": " + ".join(map(str, p.counts)),
        }

    @staticmethod
    def witness(
        inputs: Ints, convs: tuple[Conv, ...], pools: Ints, width: int, uses: int, classes: int, asked: str
    ) -> int:
        """Return the features that come out of real layers, or the parameters of all."""
        import torch

        layers: list[torch.nn.Module] = []
        if convs:
            for conv, pool in zip(convs, pools, strict=True):
                layers += [torch.nn.Conv2d(*conv), torch.nn.ReLU()]
                if pool:
                    layers.append(torch.nn.MaxPool2d(pool))
        layers.append(torch.nn.Flatten())
        if width:
            hidden = torch.nn.Linear(width, width)
            layers += [torch.nn.Linear(inputs[0], width), torch.nn.ReLU(), *[hidden, torch.nn.ReLU()] * uses]
        net = torch.nn.Sequential(*layers)
        features = net(torch.zeros(1, *inputs)).shape[1]
        if asked == "parameters":
            net.append(torch.nn.Linear(features, classes))
        return features if asked == "features" else sum(p.numel() for p in net.parameters())


def _product(factors: Ints) -> str:
    """Write a product."""
    return " * ".join(map(str, factors))


def _code(p: Net) -> str:
    """Write the layers as code, defaults left out; the features asked for are `n`."""
    if p.width:
        hidden = ["hidden", "nn.ReLU()"] * p.uses
        layers = [f"nn.Linear({p.inputs[0]}, {p.width})", "nn.ReLU()", *hidden, f"nn.Linear({p.width}, {p.classes})"]
        return ", ".join(layers)
    layers = []
    for (inputs, outputs, kernel, stride, padding), pool in zip(p.convs, p.pools, strict=True):
        settings = f", stride={stride}" * (stride > 1) + f", padding={padding}" * (padding > 0)
        layers += [f"nn.Conv2d({inputs}, {outputs}, {kernel}{settings})", "nn.ReLU()"]
        layers += [f"nn.MaxPool2d({pool})"] * bool(pool)
    return ", ".join([*layers, "nn.Flatten()", f"nn.Linear(n, {p.classes})"])


def _shared(draw: Draw) -> Net:
    """Draw linear layers, one of which runs twice or three times."""
    return Net(
        (draw.integer(8, 64),),
        width=draw.integer(12, 64),
        uses=draw.choice((2, 2, 3)),
        classes=draw.choice((2, 3, 5, 10, 20)),
        asked="parameters",
    )
