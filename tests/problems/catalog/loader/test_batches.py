from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np

from studydl.problems import catalog
from studydl.problems.catalog.loader.batches import Loader
from studydl.problems.model import Problem


def an_epoch(samples: int, batch: int, drop_last: bool, gpus: int = 1) -> list[int]:
    """Return the sizes of the batches of an epoch, cut by numpy from the list of samples of the first GPU."""
    rounds = np.arange(-(-samples // gpus) * gpus) % samples  # the first samples once more until all have the same
    mine = rounds.reshape(-1, gpus)[:, 0]
    sizes = [len(part) for part in np.split(mine, range(batch, len(mine), batch))]
    return sizes[:-1] if drop_last and sizes[-1] < batch else sizes


def test_batches_agree_with_numpy(draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]) -> None:
    for problem in draws("loader.batches"):
        p: dict[str, Any] = problem.params
        if p["ask"] == "largest":
            enough = [
                b for b in range(1, p["samples"]) if len(an_epoch(p["samples"], b, p["drop_last"])) >= p["fewest"]
            ]
            expected = max(enough)
        elif p["ask"] == "last":
            expected = an_epoch(p["samples"], p["batch"], p["drop_last"])[-1]
        elif p["ask"] == "seen":
            sizes = an_epoch(p["samples"], p["batch"], p["drop_last"])
            expected = int(np.resize(sizes, p["stop"]).sum())
        else:
            expected = p["epochs"] * len(an_epoch(p["samples"], p["batch"], p["drop_last"], p["gpus"]))
        assert number(problem.answer.value) == expected, problem.id


def test_one_epoch_by_hand() -> None:
    formula = catalog.get("loader.batches").formula
    # 100 = 3 * 32 + 4
    assert formula(Loader("batches", 100, 32, drop_last=False)) == 4
    assert formula(Loader("batches", 100, 32, drop_last=True)) == 3
    assert formula(Loader("last", 100, 32, drop_last=False)) == 4
    assert formula(Loader("last", 100, 32, drop_last=True)) == 32


def test_many_epochs_by_hand() -> None:
    formula = catalog.get("loader.batches").formula
    # 10 steps are 2 epochs of 4 batches and 2 batches more: 2 * 100 + 2 * 32
    assert formula(Loader("seen", 100, 32, stop=10)) == 264
    # 3 GPUs read 34 samples each, which are 2 batches of 17, and with 16 a batch 3
    assert formula(Loader("gpus", 100, 17, epochs=5, gpus=3)) == 10
    assert formula(Loader("gpus", 100, 16, epochs=5, gpus=3)) == 15
    # 11 batches: 10 full ones of 9 and one of 10 samples are too many; 10 full ones of 9 leave 10
    assert formula(Loader("largest", 100, 0, drop_last=False, fewest=11)) == 9
    assert formula(Loader("largest", 100, 0, drop_last=True, fewest=7)) == 14
