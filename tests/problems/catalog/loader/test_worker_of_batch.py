from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import cycle
from typing import Any

import pytest
from torch.utils.data import DataLoader, Dataset, get_worker_info

from studydl.problems import catalog
from studydl.problems.catalog.loader.worker_of_batch import Turns
from studydl.problems.model import Problem


class Loaded(Dataset[tuple[int, int]]):
    """A data set whose every sample tells its index and the worker that loads it."""

    def __init__(self, samples: int) -> None:
        self.samples = samples

    def __len__(self) -> int:
        return self.samples

    def __getitem__(self, index: int) -> tuple[int, int]:
        worker = get_worker_info()
        assert worker is not None
        return index, worker.id


def loaded(samples: list[int], batch: int, workers: int, drop_last: bool) -> list[list[list[int]]]:
    """Return the batches that each worker loads, filled sample by sample."""
    batches: list[list[int]] = []
    for sample in samples:
        if not batches or len(batches[-1]) == batch:
            batches.append([])
        batches[-1].append(sample)
    if drop_last and len(batches[-1]) < batch:
        batches.pop()
    of_worker: list[list[list[int]]] = [[] for _ in range(workers)]
    for mine, rows in zip(cycle(of_worker), batches, strict=False):
        mine.append(rows)
    return of_worker


def answered(p: dict[str, Any]) -> str:
    """Return the answer found by going through what each worker loads."""
    found = []
    for rank in range(p["gpus"]):
        shares = loaded(list(range(rank, p["samples"], p["gpus"])), p["batch"], p["workers"], p["drop_last"])
        if p["ask"] == "count":
            return str(sum(len(rows) for rows in shares[p["worker"]]))
        if p["ask"] == "first":
            return str(shares[p["worker"]][p["turn"] - 1][0])
        found += [(rank, w) for w, mine in enumerate(shares) if any(p["index"] in rows for rows in mine)]
    (pair,) = found
    return str(pair) if p["ask"] == "rank" else str(pair[1])


def test_workers_load_what_the_round_gives_them(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("loader.worker-of-batch"):
        assert problem.answer.value == answered(problem.params), problem.id


@pytest.mark.parametrize(("samples", "batch", "workers", "drop_last"), [(53, 6, 2, False), (53, 6, 2, True)])
def test_real_worker_processes_load_the_same(samples: int, batch: int, workers: int, drop_last: bool) -> None:
    of_worker: list[list[list[int]]] = [[] for _ in range(workers)]
    loader = DataLoader(Loaded(samples), batch, num_workers=workers, drop_last=drop_last, collate_fn=list)
    for pairs in loader:
        rows, (worker,) = [index for index, _ in pairs], {worker for _, worker in pairs}
        of_worker[worker].append(rows)
    assert of_worker == loaded(list(range(samples)), batch, workers, drop_last)


def test_turns_by_hand() -> None:
    formula = catalog.get("loader.worker-of-batch").formula
    # batches of 8: sample 37 is in batch 4, and 4 mod 3 = 1
    assert formula(Turns("worker", 100, 8, 3, index=37)) == 1
    # 53 = 8 * 6 + 5: batches 0, 4 and 8 go to worker 0, and batch 8 holds 5
    assert formula(Turns("count", 53, 6, 4, worker=0)) == 6 + 6 + 5
    assert formula(Turns("count", 53, 6, 4, drop_last=True, worker=0)) == 12
    # the third batch of worker 1 is batch 2 * 4 + 1 = 9
    assert formula(Turns("first", 70, 6, 4, worker=1, turn=3)) == 54
    # rank 1 of 2 has 1, 3, 5, ..: 37 is its sample 18, in batch 2 of 8, which goes to worker 2
    assert formula(Turns("rank", 100, 8, 3, index=37, gpus=2)) == (1, 2)
