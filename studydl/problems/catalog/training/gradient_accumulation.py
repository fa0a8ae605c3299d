"""What gradient accumulation does to batches, steps and gradients."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Integer, Real
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake
from studydl.text.numbers import fixed


@dataclass(frozen=True, slots=True)
class Accumulation:
    """A training that accumulates gradients.

    Args:
        ask: "batch" of one step; "steps" of a training; "needed" micro-batches; "mean" gradient; "gap" to it.
        micro: samples a micro-batch on each GPU.
        group: micro-batches accumulated for one step; 0 where they are asked for.
        gpus: that work side by side.
        samples: in the data set ("steps"), a multiple of gpus.
        epochs: passes over it.
        kept: whether an incomplete group at the end of an epoch makes a step.
        target: samples that a step must use at least ("needed").
        tokens: of each micro-batch ("mean", "gap").
        gradients: of their mean losses, in hundredths.
    """

    ask: str
    micro: int = 0
    group: int = 0
    gpus: int = 1
    samples: int = 0
    epochs: int = 1
    kept: bool = True
    target: int = 0
    tokens: tuple[int, ...] = ()
    gradients: tuple[int, ...] = ()

    @property
    def per_round(self) -> int:
        """Return the samples of one micro-batch on all GPUs."""
        return self.micro * self.gpus

    @property
    def share(self) -> int:
        """Return the samples each GPU reads in an epoch."""
        return self.samples // self.gpus

    @property
    def micro_batches(self) -> int:
        """Return the micro-batches each GPU reads in an epoch; the last one may be smaller."""
        return -(-self.share // self.micro)

    def grouped(self, micro_batches: int, *, kept: bool) -> int:
        """Return the steps of this many micro-batches."""
        return -(-micro_batches // self.group) if kept else micro_batches // self.group

    @property
    def an_epoch(self) -> int:
        """Return the steps of an epoch."""
        return self.grouped(self.micro_batches, kept=self.kept)

    def weighted(self, weights: tuple[int | Fraction, ...]) -> Fraction:
        """Return the mean of the gradients with these weights."""
        total = sum(w * g for w, g in zip(weights, self.gradients, strict=True))
        return Fraction(total) / (100 * sum(weights))

    @property
    def right(self) -> Fraction:
        """Return the gradient of the mean loss over all tokens."""
        return self.weighted(self.tokens)

    @property
    def averaged(self) -> Fraction:
        """Return the mean of the gradients."""
        return Fraction(sum(self.gradients), 100 * len(self.gradients))


class GradientAccumulation(Family[Accumulation]):
    """Accumulation adds the gradients of several micro-batches, on every GPU, before one optimizer step."""

    name, version, title = "training.gradient-accumulation", 1, "Gradient accumulation"
    source = (
        "PyTorch documentation, Automatic mixed precision examples, section Gradient accumulation; Goyal et al. "
        "(2017), Accurate, large minibatch SGD, sections 2 and 3"
    )
    answer = {
        "batch": Integer(),
        "steps": Integer(),
        "needed": Integer(),
        "mean": Real(places=3),
        "gap": Real(places=3),
    }
    prompt = {
        "batch": "{workers} micro-batches of {micro} samples and accumulates the gradients of {group} of them before "
        "each optimizer step. How many samples does one step use?",
        "steps": "A data set of {samples} samples is shared evenly by {gpu_words}. Each processes micro-batches of "
        "{micro} samples and takes an optimizer step after {group} of them. How many optimizer steps do {epochs} "
        "epochs take?",
        "needed": "{workers} micro-batches of {micro} samples. How many of them must each GPU accumulate for a step "
        "that uses at least {target} samples?",
        "mean": "Gradients are accumulated over {n} micro-batches of {tokens} tokens. The gradients of their mean "
        "losses with respect to one weight are {gradients}. What is the gradient of the mean loss over all tokens, to "
        "3 decimals?",
        "gap": "A loop accumulates gradients over {n} micro-batches of {tokens} tokens and divides each mean loss by "
        "{n}. The gradients of the mean losses with respect to one weight are {gradients}. By how much does the "
        "accumulated gradient exceed that of the mean loss over all tokens, to 3 decimals?",
    }
    conventions = {
        "batch": (),
        "steps": (
            "all GPUs step together",
            "the last micro-batch of an epoch may be smaller",
            "{rest_convention}",
        ),
        "needed": (),
        "mean": ("each mean loss is over the tokens of its micro-batch",),
        "gap": ("each mean loss is over the tokens of its micro-batch", "negative if it is smaller"),
    }
    steps = {
        "batch": (
            "One micro-batch on {gpu_words}: ${micro} * {gpus} = {per_round}$ samples.",
            "${group} * {per_round}$ = {answer}",
        ),
        "steps": (
            "Each GPU reads $frac({samples}, {gpus}) = {share}$ samples in $ceil(frac({share}, {micro})) = "
            "{micro_batches}$ micro-batches.",
            "In groups of {group}: ${micro_batches} = {full} * {group} + {rest}$, so {an_epoch} steps an epoch.",
            "${epochs} * {an_epoch}$ = {answer}",
        ),
        "needed": (
            "One micro-batch on {gpu_words}: ${micro} * {gpus} = {per_round}$ samples.",
            "$ceil(frac({target}, {per_round}))$ = {answer}",
        ),
        "mean": (
            "Each gradient counts as often as its micro-batch has tokens: {products}.",
            "$frac({weighted_sum}, {token_sum})$ = {answer}",
        ),
        "gap": (
            "The loop gives every micro-batch the same weight: $frac({plain_sum}, {n}) = {averaged:.5}$.",
            "Over all tokens each gradient counts as often as its micro-batch has tokens: {products}.",
            "$frac({weighted_sum}, {token_sum}) = {right:.5}$",
            "${averaged:.5} - {right_term}$ = {answer}",
        ),
    }
    limits = {1: Effort(3, 4), 2: Effort(7, 6), 3: Effort(18, 5)}
    mistakes = (
        Mistake(
            "GPUs forgotten",
            lambda p: p.micro * p.group if p.ask == "batch" else None,
            "You counted one GPU. Each of {gpus} adds its own samples to the step.",
        ),
        Mistake(
            "accumulation forgotten",
            lambda p: p.per_round if p.ask == "batch" else None,
            "That is one micro-batch on {gpu_words}. The step waits for {group} of them.",
        ),
        Mistake(
            "micro-batches for samples",
            lambda p: p.group * p.gpus if p.ask == "batch" else None,
            "You counted micro-batches. Each of them has {micro} samples.",
        ),
        Mistake(
            "GPUs and micro-batches added",
            lambda p: p.micro * (p.group + p.gpus) if p.ask == "batch" and p.gpus > 1 else None,
            "You added GPUs and accumulated micro-batches. Every GPU accumulates {group}, so they multiply.",
        ),
        Mistake(
            "incomplete group the other way",
            lambda p: p.epochs * p.grouped(p.micro_batches, kept=not p.kept) if p.samples else None,
            "You treated the incomplete group the other way. Here {rest_convention}: {an_epoch} steps an epoch.",
            convention="an incomplete group",
        ),
        Mistake(
            "one GPU reads everything",
            lambda p: p.epochs * p.grouped(-(-p.samples // p.micro), kept=p.kept) if p.samples else None,
            "You let one GPU read all samples. {gpus} GPUs share them: {share} each.",
        ),
        Mistake(
            "a step for each micro-batch",
            lambda p: p.epochs * p.micro_batches if p.samples else None,
            "Those are the micro-batches of a GPU. Only one in {group} is followed by a step.",
        ),
        Mistake(
            "steps of all GPUs added",
            lambda p: p.epochs * p.an_epoch * p.gpus if p.samples else None,
            "You added the steps of all GPUs. They step together.",
        ),
        Mistake(
            "epochs run together",
            lambda p: p.grouped(p.epochs * p.micro_batches, kept=p.kept) if p.samples else None,
            "You grouped the micro-batches of all epochs as one long list. Each epoch starts afresh: {an_epoch} steps.",
        ),
        Mistake(
            "one epoch",
            lambda p: p.an_epoch if p.epochs > 1 else None,
            "That is one epoch. There are {epochs}.",
        ),
        Mistake(
            "GPUs forgotten in what a step needs",
            lambda p: -(-p.target // p.micro) if p.target else None,
            "You counted one GPU. {gpu_words} work at once: ${micro} * {gpus} = {per_round}$ samples.",
        ),
        Mistake(
            "rounded down",
            lambda p: p.target // p.per_round if p.target else None,
            "You rounded down, which leaves the step short of {target} samples.",
        ),
        Mistake(
            "micro-batches of all GPUs",
            lambda p: -(-p.target // p.per_round) * p.gpus if p.target else None,
            "You added the micro-batches of all GPUs. Every GPU accumulates its own at the same time.",
        ),
        Mistake(
            "mean of the gradients",
            lambda p: p.averaged if p.tokens else None,
            "You gave every micro-batch the same weight. Every token counts the same, so larger ones weigh more.",
            teaches="memory-points-accumulate",
        ),
        Mistake(
            "gradients added",
            lambda p: Fraction(sum(p.gradients), 100) if p.ask == "mean" else None,
            "You added the gradients. The loss is a mean, and so is its gradient.",
            teaches="memory-accumulate",
        ),
        Mistake(
            "weights the other way round",
            lambda p: p.weighted(tuple(Fraction(1, n) for n in p.tokens)) if p.ask == "mean" else None,
            "You divided by the tokens. A micro-batch of more tokens weighs more.",
        ),
        Mistake(
            "last micro-batch only",
            lambda p: Fraction(p.gradients[-1], 100) if p.ask == "mean" else None,
            "That is the last micro-batch alone. The gradients of all {n} are accumulated.",
        ),
        Mistake(
            "difference the other way",
            lambda p: p.right - p.averaged if p.ask == "gap" else None,
            "You subtracted the other way. The question asks how much larger the gradient of the loop is.",
            convention="negative if it is smaller",
        ),
        Mistake(
            "the right gradient",
            lambda p: p.right if p.ask == "gap" else None,
            "That is the gradient over all tokens. The question asks how far the loop is from it.",
        ),
        Mistake(
            "not divided by the loop",
            lambda p: Fraction(sum(p.gradients), 100) - p.right if p.ask == "gap" else None,
            "You added the gradients. The loop divides each loss by {n}.",
            teaches="memory-accumulate",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Accumulation | None:
        """Level 1: the samples of a step; level 2: steps, or what a step needs; level 3: micro-batches of tokens."""
        if level == 1:
            return Accumulation("batch", draw.integer(2, 16), draw.integer(2, 12), draw.choice((1, 2, 3, 4, 6, 8)))
        if level == 2:
            return _needed(draw) if draw.chance(0.3) else _steps(draw)
        count = draw.choice((3, 3, 4))
        tokens = tuple(draw.integer(2, 40) * 5 for _ in range(count))
        gradients = tuple(draw.integer(-150, 150) for _ in range(count))
        p = Accumulation(draw.choice(("mean", "gap")), tokens=tokens, gradients=gradients)
        return p if 0 not in gradients and abs(p.right - p.averaged) > Fraction(1, 50) else None

    def variant(self, p: Accumulation) -> str:
        """Return what is asked for."""
        return p.ask

    def branch(self, p: Accumulation) -> str:
        """Return what is asked for, and what becomes of an incomplete group."""
        return f"{p.ask}{'' if p.kept else ' dropped'}"

    def formula(self, p: Accumulation) -> Value:
        """Return products of sizes, quotients rounded as the rest is treated, or means weighted by tokens."""
        if p.ask == "batch":
            return p.group * p.per_round
        if p.ask == "steps":
            return p.epochs * p.an_epoch
        if p.ask == "needed":
            return -(-p.target // p.per_round)
        return p.right if p.ask == "mean" else p.averaged - p.right

    def effort(self, p: Accumulation) -> Effort:
        """Return the products and quotients; for tokens a product each, two sums and the quotient."""
        n = len(p.tokens)
        operations = {"batch": 2, "steps": 5, "needed": 3, "mean": 3 * n, "gap": 4 * n + 2}[p.ask]
        largest = sum(p.tokens) * 10 if n else max(p.samples, p.target, p.group * p.per_round)
        return Effort(operations, len(str(largest)))

    def facts(self, p: Accumulation) -> Facts:
        """Return the words for GPUs and rest, and what a person works out on the way."""
        gpu_words = "1 GPU" if p.gpus == 1 else f"{p.gpus} GPUs"
        common: Facts = {
            "gpu_words": gpu_words,
            "workers": "A GPU processes" if p.gpus == 1 else f"Each of {p.gpus} GPUs processes",
            "per_round": p.per_round,
        }
        if p.tokens:
            shown = [fixed(Fraction(g, 100), 2) for g in p.gradients]
            products = [n * Fraction(g, 100) for n, g in zip(p.tokens, p.gradients, strict=True)]
            signed = [f"({g})" if g.startswith("-") else g for g in shown]
            right = fixed(p.right, 5)
            return {
                **common,
                "n": len(p.tokens),
                "tokens": _listed([str(n) for n in p.tokens]),
                "gradients": _listed(shown),
                "products": ", ".join(
                    f"${n} * {g} = {fixed(x, 2)}$" for n, g, x in zip(p.tokens, signed, products, strict=True)
                ),
                "weighted_sum": fixed(sum(products, Fraction()), 2),
                "token_sum": " + ".join(map(str, p.tokens)),
                "plain_sum": " + ".join(signed),
                "averaged": p.averaged,
                "right": p.right,
                "right_term": f"({right})" if right.startswith("-") else right,
            }
        if not p.samples:
            return common
        full, rest = divmod(p.micro_batches, p.group)
        fate = "makes a step too" if p.kept else "is dropped"
        return {
            **common,
            "rest_convention": f"an incomplete group at the end of an epoch {fate}",
            "share": p.share,
            "micro_batches": p.micro_batches,
            "full": full,
            "rest": rest,
            "an_epoch": p.an_epoch,
        }

    @staticmethod
    def witness(
        ask: str,
        micro: int,
        group: int,
        gpus: int,
        samples: int,
        epochs: int,
        kept: bool,
        target: int,
        tokens: tuple[int, ...],
        gradients: tuple[int, ...],
    ) -> float:
        """Return what real backward passes accumulate, or what the loop of a training counts."""
        import torch

        if ask == "steps":
            data, answer = torch.utils.data, 0.0
            rows = data.TensorDataset(torch.empty(samples))
            loader = data.DataLoader(rows, micro, sampler=data.DistributedSampler(rows, gpus, rank=0))
            for done in range(1, len(loader) + 1):
                if done % group == 0 or (kept and done == len(loader)):
                    answer += epochs
        else:
            w, backward = torch.zeros((), dtype=torch.float64, requires_grad=True), torch.autograd.backward
            w.grad = torch.zeros_like(w)
            if ask == "batch":
                for _ in range(group):
                    backward(w.expand(gpus, micro).sum())  # every sample adds 1 to the gradient
                answer = w.grad.item()
            elif ask == "needed":
                answer = 0
                while w.grad < target:
                    backward(w.expand(gpus, micro).sum())  # every sample adds 1 to the gradient
                    answer += 1
            else:
                slopes = [torch.full((n,), g / 100, dtype=w.dtype) for n, g in zip(tokens, gradients, strict=True)]
                backward((w * torch.cat(slopes)).mean())
                answer = w.grad.item()
                if ask == "gap":
                    w.grad.zero_()
                    for slope in slopes:
                        backward((w * slope).mean() / len(slopes))
                    answer = w.grad.item() - answer
        return answer


def _needed(draw: Draw) -> Accumulation | None:
    """Draw the number of samples a step must use."""
    micro, gpus = draw.integer(2, 16), draw.choice((2, 3, 4, 6, 8))
    target = 10 * draw.integer(10, 150)
    return Accumulation("needed", micro, gpus=gpus, target=target) if 2 < target / (micro * gpus) < 24 else None


def _steps(draw: Draw) -> Accumulation | None:
    """Draw a training whose epochs end with an incomplete group."""
    micro, group, gpus = draw.choice((4, 6, 8, 10, 12, 16, 24, 32)), draw.integer(2, 16), draw.choice((2, 4, 8))
    share = draw.integer(2 * micro * group, 400 * micro)
    p = Accumulation("steps", micro, group, gpus, gpus * share, draw.integer(2, 20), draw.chance(0.5))
    return p if p.micro_batches % group else None


def _listed(words: list[str]) -> str:
    """Write two or more words as a sentence has them: 40, 25 and 10."""
    return f"{', '.join(words[:-1])} and {words[-1]}"
