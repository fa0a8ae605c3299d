"""How many batches a data loader gives, and how large they are."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from studydl.answers.kinds import Integer
from studydl.problems.catalog._writing import short
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Loader:
    """A data set, how it is cut into batches, and what is asked about them.

    Args:
        ask: "batches", "steps", "last", "gpus", "seen" or "largest".
        samples: in the data set.
        batch: samples a batch; 0 where the largest is asked for.
        drop_last: whether a smaller last batch is left out.
        epochs: passes over the data.
        gpus: processes that share the data.
        stop: optimizer steps after which training stops ("seen").
        fewest: batches there must be ("largest").
    """

    ask: str
    samples: int
    batch: int
    drop_last: bool = False
    epochs: int = 1
    gpus: int = 1
    stop: int = 0
    fewest: int = 0

    @property
    def share(self) -> int:
        """Return the samples each GPU reads in an epoch, repeats included."""
        return -(-self.samples // self.gpus)

    @property
    def full(self) -> int:
        """Return the full batches of an epoch."""
        return self.share // self.batch

    @property
    def rest(self) -> int:
        """Return the samples left after the full batches."""
        return self.share % self.batch

    def count(self, samples: int, *, drop_last: bool | None = None) -> int:
        """Return the batches of this many samples."""
        drop = self.drop_last if drop_last is None else drop_last
        return samples // self.batch + (0 if drop else samples % self.batch > 0)

    @property
    def an_epoch(self) -> int:
        """Return the batches of an epoch."""
        return self.count(self.share)

    @property
    def counts(self) -> bool:
        """Say whether batches or steps are counted."""
        return self.ask in ("batches", "steps", "gpus")

    def used(self, an_epoch: int) -> int:
        """Return the samples used up to the last step if an epoch had this many batches."""
        epochs, more = divmod(self.stop, an_epoch)
        return epochs * self.samples + more * self.batch

    def largest(self, *, drop_last: bool) -> int:
        """Return the largest batch size that gives enough batches."""
        return self.samples // self.fewest if drop_last else (self.samples - 1) // (self.fewest - 1)


class Batches(Family[Loader]):
    """An epoch has one batch for each full batch_size samples, and a smaller one for the rest unless it is dropped."""

    name, version, title = "loader.batches", 1, "Batches of a data loader"
    source = (
        "torch.utils.data documentation, section Loading batched and non-batched data, and "
        "torch.utils.data.distributed.DistributedSampler"
    )
    answer = Integer()
    _loader = "A data set of {samples} samples is read by `DataLoader(data, batch_size={batch}, drop_last={drop_last})`"
    prompt = {
        "batches": _loader + ". How many batches does an epoch have?",
        "steps": _loader + ". How many optimizer steps do {epochs} epochs take?",
        "last": _loader + ". How many samples does the last batch of an epoch hold?",
        "gpus": "A data set of {samples} samples is shared by {gpus} GPUs with `DistributedSampler`. Each GPU reads "
        "its share with batch_size={batch} and drop_last={drop_last}, and all take their steps together. How many "
        "optimizer steps do {epochs} epochs take?",
        "seen": _loader
        + ", epoch after epoch. Training stops after {stop} optimizer steps. How many samples were used, "
        "repeats counted?",
        "largest": "A data set of {samples} samples is read by a `DataLoader` with drop_last={drop_last}. What is the "
        "largest batch size that gives at least {fewest} batches an epoch?",
    }
    conventions = {
        "batches": (),
        "steps": ("one optimizer step a batch",),
        "last": (),
        "gpus": ("one optimizer step a batch", "DistributedSampler repeats samples until all shares are equal"),
        "seen": ("one optimizer step a batch",),
        "largest": (),
    }
    _cut = "${samples} = {full} * {batch} + {rest}$: {full_words}, and {rest_words}."
    steps = {
        "batches": (_cut, "{rule}: {answer}"),
        "steps": (
            _cut,
            "{rule}: {an_epoch} an epoch. The next epoch starts afresh.",
            "${epochs} * {an_epoch}$ = {answer}",
        ),
        "last": (_cut, "{rule}, so the last batch holds {answer}"),
        "gpus": (
            "Each GPU reads $ceil(frac({samples}, {gpus})) = {share}$ samples.",
            "${share} = {full} * {batch} + {rest}$: {full_words}, and {rest_words}.",
            "{rule}: {an_epoch} steps an epoch.",
            "${epochs} * {an_epoch}$ = {answer}",
        ),
        "seen": (
            _cut,
            "An epoch has {an_epoch} batches, the last one smaller.",
            "${stop} = {whole} * {an_epoch} + {more}$: {whole_words} and {more_words}.",
            "${whole} * {samples} + {more} * {batch}$ = {answer}",
        ),
        "largest": (
            "{condition}: ${parts} * b <= {whole_of}$.",
            "$b <= frac({whole_of}, {parts}) = {bound}$",
            "The largest whole number: {answer}",
        ),
    }
    limits = {1: Effort(4, 4), 2: Effort(6, 6), 3: Effort(10, 6)}
    mistakes = (
        Mistake(
            "smaller batch counted or not",
            lambda p: p.epochs * p.count(p.share, drop_last=not p.drop_last) if p.counts else None,
            "You counted as with drop_last={opposite}. {rule}.",
        ),
        Mistake(
            "batch size for number of batches",
            lambda p: p.epochs * p.batch if p.counts else None,
            "You took batch_size for the number of batches. It is the number of samples in each.",
            teaches="loader-batch-size",
        ),
        Mistake(
            "one batch too many",
            lambda p: p.full + 1 if p.counts and not p.rest and p.epochs == 1 else None,
            "You added a batch for a rest. {samples} samples are {full} full batches, and nothing is left.",
        ),
        Mistake(
            "epochs run together",
            lambda p: p.count(p.epochs * p.share) if p.epochs > 1 else None,
            "You cut all epochs as one long list of samples. Each epoch starts afresh, with {an_epoch} batches.",
        ),
        Mistake(
            "one epoch",
            lambda p: p.an_epoch if p.epochs > 1 else None,
            "That is one epoch. There are {epochs}.",
        ),
        Mistake(
            "GPUs forgotten",
            lambda p: p.epochs * p.count(p.samples) if p.gpus > 1 else None,
            "You let one GPU read all samples. {gpus} GPUs share them: {share} each.",
        ),
        Mistake(
            "steps of all GPUs added",
            lambda p: p.epochs * p.an_epoch * p.gpus if p.gpus > 1 else None,
            "You added the batches of all GPUs. They take their steps together, one for {gpus} batches.",
        ),
        Mistake(
            "shares rounded down",
            lambda p: p.epochs * p.count(p.samples // p.gpus) if p.gpus > 1 else None,
            "You rounded the shares down. The sampler repeats samples until each GPU has {share}.",
            convention="DistributedSampler repeats samples",
        ),
        Mistake(
            "full batch",
            lambda p: p.batch if p.ask == "last" else None,
            "You answered the batch size. After {full_words} {rest_words}, and drop_last=False makes it a batch.",
        ),
        Mistake(
            "rest although it is dropped",
            lambda p: p.rest if p.ask == "last" else None,
            "You answered the rest. With drop_last=True it makes no batch, and the last one is a full one.",
            teaches="loader-drop-all",
        ),
        Mistake(
            "what is missing",
            lambda p: p.batch - p.rest if p.ask == "last" else None,
            "That is what the rest lacks to a full batch. After {full_words} {rest_words}.",
        ),
        Mistake(
            "every batch full",
            lambda p: p.stop * p.batch if p.stop else None,
            "You counted {stop} full batches. The last batch of each epoch holds only {rest}.",
        ),
        Mistake(
            "smaller batches forgotten",
            lambda p: p.used(p.full) if p.stop else None,
            "You gave an epoch {full_words}. The rest makes one more.",
        ),
        Mistake(
            "whole epochs only",
            lambda p: p.used(p.an_epoch) // p.samples * p.samples if p.stop else None,
            "Those are the samples of whole epochs. Some batches of the next one are used too: {more}.",
        ),
        Mistake(
            "other drop_last",
            lambda p: p.largest(drop_last=not p.drop_last) if p.fewest else None,
            "{other_rule}",
        ),
        Mistake(
            "one sample too many",
            lambda p: p.largest(drop_last=p.drop_last) + 1 if p.fewest else None,
            "You rounded the wrong way. Batches of {value} samples make only {too_few}.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Loader | None:
        """Level 1: one epoch; level 2: several epochs, or the last batch; level 3: GPUs, a stop, or the other way."""
        drop_last = draw.chance(0.5)
        if level == 1:
            batch = draw.choice((4, 5, 6, 8, 10, 12, 15, 16, 20, 25, 30, 32))
            samples = draw.integer(3 * batch, 20 * batch)
            return Loader("batches", samples - samples % batch if draw.chance(0.15) else samples, batch, drop_last)
        batch = draw.choice((16, 20, 24, 32, 40, 48, 50, 64, 80, 96, 100, 128, 192, 256))
        if level == 2:
            if draw.chance(0.6):
                p = Loader("steps", draw.integer(5 * batch, 60_000), batch, drop_last, draw.integer(2, 40))
            else:
                p = Loader("last", draw.integer(3 * batch, 5000), batch, draw.chance(0.25))
            return p if p.rest else None
        return draw.choice((_shared, _stopped, _inverse))(draw, batch, drop_last)

    def variant(self, p: Loader) -> str:
        """Return what is asked for."""
        return p.ask

    def branch(self, p: Loader) -> str:
        """Return what is asked for, and what becomes of the rest."""
        return f"{p.ask} {'dropped' if p.drop_last else 'kept'}"

    def formula(self, p: Loader) -> int:
        """Return samples / batch, rounded down where the rest is dropped and up where not, and what follows."""
        if p.ask == "last":
            return p.batch if p.drop_last else p.rest
        if p.ask == "seen":
            return p.used(p.an_epoch)
        if p.ask == "largest":
            return p.largest(drop_last=p.drop_last)
        return p.epochs * p.an_epoch

    def effort(self, p: Loader) -> Effort:
        """Return the division with its rest, and the products and sums that follow."""
        operations = {"batches": 2, "steps": 3, "last": 3, "gpus": 5, "seen": 7, "largest": 4}[p.ask]
        return Effort(operations, len(str(max(p.samples, p.epochs * p.an_epoch if p.batch else 0))))

    def facts(self, p: Loader) -> Facts:
        """Return the division with its rest, what becomes of the rest, and the way back from a number of batches."""
        if p.fewest:
            size, one = self.formula(p) + 1, not p.drop_last
            left = p.samples // size + (p.samples % size > 0 and one)
            return {
                "condition": f"The first {p.fewest - 1} batches are full, and a sample is left for the last one"
                if one
                else f"All {p.fewest} batches are full",
                "parts": p.fewest - one,
                "whole_of": p.samples - one,
                "bound": short(Fraction(p.samples - one, p.fewest - one), 2),
                "too_few": left,
                "other_rule": "You counted full batches only. With drop_last=False the last one may be smaller."
                if one
                else "You let the last batch be smaller. With drop_last=True it would be left out.",
            }
        whole, more = divmod(p.stop, p.an_epoch)
        dropped = "With drop_last=True the rest is left out"
        rule = dropped if p.drop_last else "With drop_last=False the rest is one more batch"
        return {
            "share": p.share,
            "full": p.full,
            "rest": p.rest,
            "full_words": _counted(p.full, "full batch", "full batches"),
            "rest_words": f"{_counted(p.rest, 'sample is', 'samples are')} left" if p.rest else "nothing is left",
            "rule": rule if p.rest else "Without a rest drop_last changes nothing",
            "opposite": str(not p.drop_last),
            "an_epoch": p.an_epoch,
            "whole": whole,
            "more": more,
            "whole_words": _counted(whole, "whole epoch", "whole epochs"),
            "more_words": f"{_counted(more, 'batch', 'batches')} of the next",
        }

    @staticmethod
    def witness(
        ask: str, samples: int, batch: int, drop_last: bool, epochs: int, gpus: int, stop: int, fewest: int
    ) -> int:
        """Return what a real data loader gives."""
        import torch

        data = torch.utils.data
        rows = data.TensorDataset(torch.empty(samples))
        sampler = data.DistributedSampler(rows, gpus, rank=0) if gpus > 1 else data.SequentialSampler(rows)
        if ask == "largest":
            answer = 1
            while len(data.BatchSampler(sampler, answer + 1, drop_last)) >= fewest:
                answer += 1
        elif ask in ("last", "seen"):
            sizes = torch.tensor([len(indices) for indices in data.BatchSampler(sampler, batch, drop_last)])
            steps = torch.arange(stop) % len(sizes)
            answer = int(sizes[-1] if ask == "last" else sizes[steps].sum())
        else:
            answer = epochs * len(data.DataLoader(rows, batch, sampler=sampler, drop_last=drop_last))
        return answer


def _counted(number: int, one: str, many: str) -> str:
    """Write a number with what it counts."""
    return f"{number} {one if number == 1 else many}"


def _shared(draw: Draw, batch: int, drop_last: bool) -> Loader | None:
    """Draw a data set that several GPUs share."""
    gpus, epochs = draw.choice((2, 3, 4, 6, 8)), draw.integer(2, 30)
    samples = draw.integer(4 * gpus * batch, 60_000)
    if draw.chance(0.3):  # one repeated sample makes a batch or fills it
        share = batch * draw.integer(4, 60) + (0 if drop_last else 1)
        return Loader("gpus", share * gpus - draw.integer(1, gpus - 1), batch, drop_last, epochs, gpus)
    p = Loader("gpus", samples, batch, drop_last, epochs, gpus)
    return p if p.rest else None


def _stopped(draw: Draw, batch: int, drop_last: bool) -> Loader | None:
    """Draw a training that stops in the middle of an epoch; the rest is always kept."""
    p = Loader("seen", draw.integer(2 * batch, 12 * batch), batch)
    stop = draw.integer(p.an_epoch + 1, 12 * p.an_epoch)
    return Loader("seen", p.samples, batch, stop=stop) if p.rest and stop % p.an_epoch else None


def _inverse(draw: Draw, batch: int, drop_last: bool) -> Loader | None:
    """Draw the question for the batch size; the two ways with the rest must differ."""
    p = Loader("largest", draw.integer(100, 3000), 0, drop_last, fewest=draw.integer(5, 40))
    return p if p.largest(drop_last=True) != p.largest(drop_last=False) else None
