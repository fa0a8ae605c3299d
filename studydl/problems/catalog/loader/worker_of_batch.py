"""Which worker of a data loader loads what."""

from __future__ import annotations

from dataclasses import dataclass

from studydl.answers.kinds import Integer, Shape
from studydl.answers.values import Value
from studydl.problems.draw import Draw
from studydl.problems.family import Effort, Facts, Family, Mistake


@dataclass(frozen=True, slots=True)
class Turns:
    """A data loader with workers, and what is asked about them.

    Args:
        ask: "worker" of a sample, "count" of a worker's samples, "first" sample of a batch, or "rank" and worker.
        samples: in the data set.
        batch: samples a batch.
        workers: worker processes of the loader, of each GPU's loader where there are several.
        drop_last: whether a smaller last batch is left out.
        index: of the sample asked about ("worker", "rank").
        worker: asked about ("count", "first").
        turn: which of that worker's batches, from 1 ("first").
        gpus: processes that share the data ("rank").
    """

    ask: str
    samples: int
    batch: int
    workers: int
    drop_last: bool = False
    index: int = 0
    worker: int = 0
    turn: int = 1
    gpus: int = 1

    def cut(self, *, drop_last: bool) -> int:
        """Return the batches of an epoch."""
        full, rest = divmod(self.samples, self.batch)
        return full + (rest > 0 and not drop_last)

    @property
    def batches(self) -> int:
        """Return the batches of an epoch."""
        return self.cut(drop_last=self.drop_last)

    @property
    def place(self) -> int:
        """Return the position of the sample among those of its GPU."""
        return self.index // self.gpus

    @property
    def asked_batch(self) -> int:
        """Return the index of the batch the question is about."""
        if self.ask == "first":
            return (self.turn - 1) * self.workers + self.worker
        return self.place // self.batch

    @property
    def own(self) -> range:
        """Return the indices of the worker's batches."""
        return range(self.worker, self.batches, self.workers)

    @property
    def block(self) -> int:
        """Return how many neighboring batches a worker would get if they were not dealt in turn."""
        return -(-self.batches // self.workers)

    def loaded(self, batches: range) -> int | None:
        """Return the samples in these batches; None where they are not asked for."""
        found = sum(min(self.batch, self.samples - b * self.batch) for b in batches)
        return found if self.ask == "count" else None

    def found(self, worker: int, rank: int | None = None) -> Value | None:
        """Return a worker, after the rank of its GPU where there are several; None where no worker is asked for."""
        if self.ask == "rank":
            return (self.index % self.gpus if rank is None else rank, worker)
        return worker if self.ask == "worker" else None

    def start(self, batch: int) -> int | None:
        """Return the first sample of a batch; None where none is asked for."""
        return batch * self.batch if self.ask == "first" and batch >= 0 else None


def contiguous(p: Turns) -> Value | None:
    """Return rank and worker if each GPU had a block of neighboring samples."""
    share = -(-p.samples // p.gpus)
    return p.found(p.index % share // p.batch % p.workers, p.index // share) if p.ask == "rank" else None


def whole_batches(p: Turns) -> Value | None:
    """Return rank and worker if whole batches were dealt to the GPUs."""
    turn, rank = divmod(p.index // p.batch, p.gpus)
    return p.found(turn % p.workers, rank) if p.ask == "rank" else None


class WorkerOfBatch(Family[Turns]):
    """A data loader deals whole batches to its workers in turn: batch b goes to worker b mod W."""

    name, version, title = "loader.worker-of-batch", 1, "What each worker of a data loader loads"
    source = (
        "torch.utils.data documentation, section Single- and multi-process data loading, and DataLoader, in_order; "
        "torch.utils.data.distributed.DistributedSampler"
    )
    answer = {"worker": Integer(), "count": Integer(), "first": Integer(), "rank": Shape()}
    _loader = "A data set of {samples} samples is read by `DataLoader(data, batch_size={batch}, num_workers={workers}"
    prompt = {
        "worker": _loader + ")`. Which worker loads sample {index}?",
        "count": _loader + ", drop_last={drop_last})`. How many samples does worker {worker} load in an epoch?",
        "first": _loader + ")`. What is the index of the first sample in the {nth} batch that worker {worker} loads?",
        "rank": "A data set of {samples} samples is shared by {gpus} GPUs with `DistributedSampler(data, "
        "shuffle=False)`; each GPU has a `DataLoader` with batch_size={batch} and num_workers={workers}. Which "
        "GPU, and which of its workers, loads sample {index}, as (rank, worker)?",
    }
    conventions = {
        "worker": ("no shuffling", "samples and workers are counted from 0"),
        "count": ("no shuffling", "samples and workers are counted from 0"),
        "first": ("no shuffling", "samples and workers are counted from 0"),
        "rank": ("samples, ranks and workers are counted from 0",),
    }
    steps = {
        "worker": (
            "The sample is in batch $floor(frac({index}, {batch})) = {b}$, counted from 0.",
            "Batches are dealt in turn: {b} leaves the remainder {w} on division by {workers}, so it is worker "
            "{answer}",
        ),
        "count": (
            "${samples} = {full} * {batch} + {rest}$: {batch_words}.",
            "They are dealt in turn, so worker {worker} gets {own_words}: {own}.",
            "${sum}$ = {answer}",
        ),
        "first": (
            "Batches are dealt in turn, {workers} a round. Before the round of this batch lie {rounds_words}: "
            "${rounds} * {workers} = {before}$ batches.",
            "In its round worker {worker} gets batch ${before} + {worker} = {b}$, counted from 0.",
            "Its first sample: ${b} * {batch}$ = {answer}",
        ),
        "rank": (
            "The sampler deals single samples in turn: {index} leaves the remainder {rank} on division by {gpus}.",
            "On that GPU it is sample $floor(frac({index}, {gpus})) = {place}$, so in batch "
            "$floor(frac({place}, {batch})) = {b}$.",
            "Batches are dealt in turn: {b} leaves the remainder {w} on division by {workers}.",
            "(rank, worker) = {answer}",
        ),
    }
    trivial = ()
    limits = {1: Effort(3, 3), 2: Effort(12, 4), 3: Effort(8, 4)}
    mistakes = (
        Mistake(
            "blocks of batches",
            lambda p: p.found(p.asked_batch // p.block) if p.ask == "worker" else None,
            "You gave each worker a block of neighboring batches. They are dealt in turn, one to each worker.",
            teaches="loader-whole-batch",
        ),
        Mistake(
            "samples dealt to workers",
            lambda p: p.found(p.place % p.workers),
            "You dealt single samples to the workers. A worker loads whole batches, and this sample is in batch {b}.",
            teaches="loader-whole-batch",
        ),
        Mistake(
            "batches counted from 1",
            lambda p: p.found((p.asked_batch + 1) % p.workers),
            "You counted batches from 1. The first batch is batch 0 and goes to worker 0.",
        ),
        Mistake(
            "blocks of samples for the GPUs",
            contiguous,
            "You gave each GPU a block of neighboring samples. The sampler deals them in turn: sample {index} goes to "
            "rank {rank}.",
        ),
        Mistake(
            "batches dealt to the GPUs",
            whole_batches,
            "You dealt whole batches to the GPUs. The sampler deals single samples; each GPU makes batches of its own.",
        ),
        Mistake(
            "batch among all samples",
            lambda p: p.found(p.index // p.batch % p.workers) if p.ask == "rank" else None,
            "You cut all samples into batches. A GPU cuts its own: there the sample has position {place}.",
        ),
        Mistake(
            "workers counted from 1",
            lambda p: p.found(p.asked_batch % p.workers + 1),
            "You counted workers from 1. The first one is worker 0.",
            convention="counted from 0",
        ),
        Mistake(
            "last batch filled up",
            lambda p: p.batch * len(p.own) if p.ask == "count" else None,
            "You counted {own_words} of {batch}. The last batch of the epoch holds only {rest}.",
        ),
        Mistake(
            "other drop_last",
            lambda p: p.loaded(range(p.worker, p.cut(drop_last=not p.drop_last), p.workers)),
            "You took drop_last the other way. It is {drop_last}: {batch_words}.",
        ),
        Mistake(
            "batches for samples",
            lambda p: len(p.own) if p.ask == "count" else None,
            "That is how many batches worker {worker} loads. The question asks for samples.",
        ),
        Mistake(
            "equal shares",
            lambda p: len(range(p.worker, p.samples, p.workers)) if p.ask == "count" else None,
            "You shared the samples out evenly. Workers get whole batches: worker {worker} gets {own_words}.",
            teaches="loader-whole-batch",
        ),
        Mistake(
            "a block for each worker",
            lambda p: p.loaded(range(p.worker * p.block, min((p.worker + 1) * p.block, p.batches))),
            "You gave each worker a block of neighboring batches. They are dealt in turn: {own} for worker {worker}.",
            teaches="loader-whole-batch",
        ),
        Mistake(
            "worker before",
            lambda p: p.loaded(range(p.worker - 1, p.batches, p.workers)) if p.worker else None,
            "You counted workers from 1. Counted from 0, worker {worker} gets the batches {own}.",
            convention="counted from 0",
        ),
        Mistake(
            "one round too many",
            lambda p: p.start(p.asked_batch + p.workers),
            "You counted one round too many. Before the {nth} batch of a worker lie {rounds_words}.",
        ),
        Mistake(
            "neighboring batches",
            lambda p: p.start(p.worker * p.block + p.turn - 1),
            "You gave each worker a block of neighboring batches. They are dealt in turn, {workers} a round.",
            teaches="loader-whole-batch",
        ),
        Mistake(
            "worker before, first sample",
            lambda p: p.start(p.asked_batch - 1) if p.worker else None,
            "You counted workers from 1. Worker {worker} has batch {b} in this round, counted from 0.",
            convention="counted from 0",
        ),
        Mistake(
            "batch for sample",
            lambda p: p.asked_batch if p.ask == "first" else None,
            "That is the index of the batch. Its first sample has {b} batches of {batch} before it.",
        ),
        Mistake(
            "last sample",
            lambda p: (p.asked_batch + 1) * p.batch - 1 if p.ask == "first" else None,
            "That is the last sample of the batch. The first one comes right after ${b} * {batch}$ others.",
        ),
    )

    def sample(self, draw: Draw, level: int) -> Turns | None:
        """Level 1: the worker of a sample; level 2: the samples of a worker; level 3: a turn, or several GPUs."""
        workers = draw.integer(3, 8)
        if level == 1:
            batch = draw.choice((4, 5, 6, 8, 10, 12, 15, 16, 20))
            p = Turns("worker", batch * draw.integer(2 * workers, 30), batch, workers)
            return Turns("worker", p.samples, batch, workers, index=draw.integer(workers * batch, p.samples - 1))
        batch = draw.choice((8, 10, 12, 16, 20, 24, 25, 32, 40, 48, 50, 64))
        if level == 2:
            samples = draw.integer(2 * workers * batch, 6 * workers * batch)
            last = samples // batch % workers  # the worker of the rest is the one to ask for
            worker = last if draw.chance(0.6) else draw.integer(0, workers - 1)
            p = Turns("count", samples, batch, workers, draw.chance(0.3), worker=worker)
            return p if samples % batch else None
        if draw.chance(0.3):
            turn, worker = draw.integer(3, 9), draw.integer(0, workers - 1)
            samples = batch * workers * turn + draw.integer(1, 3 * batch)
            return Turns("first", samples, batch, workers, worker=worker, turn=turn)
        gpus, batch, workers = draw.choice((2, 3, 4, 6, 8)), draw.choice((4, 5, 8, 10, 12, 16, 20)), draw.integer(2, 6)
        samples = gpus * batch * draw.integer(2 * workers, 6 * workers)
        return Turns("rank", samples, batch, workers, index=draw.integer(gpus * batch, samples - 1), gpus=gpus)

    def variant(self, p: Turns) -> str:
        """Return what is asked for."""
        return p.ask

    def branch(self, p: Turns) -> str:
        """Return what is asked for, and whether the worker gets the rest."""
        rested = p.ask == "count" and p.own[-1] == p.samples // p.batch
        return f"{p.ask}{' with rest' if rested else ''}{' dropped' if p.drop_last else ''}"

    def formula(self, p: Turns) -> Value:
        """Return batch mod workers, the samples of every W-th batch, or the start of a batch."""
        if p.ask == "count":
            return sum(min(p.batch, p.samples - b * p.batch) for b in p.own)
        if p.ask == "first":
            return p.asked_batch * p.batch
        worker = p.asked_batch % p.workers
        return (p.index % p.gpus, worker) if p.ask == "rank" else worker

    def effort(self, p: Turns) -> Effort:
        """Return the divisions with their rests, and the products and sums of what is counted."""
        operations = {"worker": 2, "count": 5, "first": 4, "rank": 6}[p.ask]
        return Effort(operations, len(str(p.samples)))

    def facts(self, p: Turns) -> Facts:
        """Return the batches, whose turn they are, and what the worker gets."""
        full, rest = divmod(p.samples, p.batch)
        b, own = p.asked_batch, [str(b) for b in p.own]
        short = p.ask == "count" and p.own[-1] == full
        fate = "is left out" if p.drop_last else "makes one more"
        return {
            "b": b,
            "w": b % p.workers,
            "full": full,
            "rest": rest,
            "batch_words": f"{full} full batches, and the rest {fate}",
            "own_words": "1 batch" if len(own) == 1 else f"{len(own)} batches",
            "own": ", ".join(own),
            "sum": f"{len(own) - 1} * {p.batch} + {rest}" if short else f"{len(own)} * {p.batch}",
            "nth": f"{p.turn}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(p.turn, 'th') }",
            "rounds": p.turn - 1,
            "rounds_words": "1 round" if p.turn == 2 else f"{p.turn - 1} rounds",
            "before": (p.turn - 1) * p.workers,
            "rank": p.index % p.gpus,
            "place": p.place,
        }

    @staticmethod
    def witness(
        ask: str,
        samples: int,
        batch: int,
        workers: int,
        drop_last: bool,
        index: int,
        worker: int,
        turn: int,
        gpus: int,
    ) -> object:
        """Return who loads what when the batches of a real sampler are dealt out as DataLoader does it."""
        import torch

        data = torch.utils.data
        rows = data.TensorDataset(torch.empty(samples))
        if ask == "rank":
            shares: list[torch.utils.data.Sampler[int]]
            shares = [data.DistributedSampler(rows, gpus, rank, shuffle=False) for rank in range(gpus)]
            rank = [index in list(share) for share in shares].index(True)
            sampler = shares[rank]
        else:
            sampler = data.SequentialSampler(rows)
        turns = list(range(workers))
        loads: list[list[list[int]]] = [[] for _ in turns]
        for indices in data.BatchSampler(sampler, batch, drop_last):
            next_worker = turns.pop(0)  # as DataLoader does it: who got a batch goes to the end of the line
            turns.append(next_worker)
            if ask in ("count", "first"):
                loads[next_worker].append(indices)
            elif index in indices:
                answer: object = (rank, next_worker) if ask == "rank" else next_worker
        if ask == "count":
            answer = sum(map(len, loads[worker]))
        if ask == "first":
            answer = loads[worker][turn - 1][0]
        return answer
