from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import numpy as np
import torch

from studydl.problems import catalog
from studydl.problems.catalog.checkpoints.tensor_bytes import Saved
from studydl.problems.model import Problem

DTYPES = {"float64": np.float64, "float32": np.float32, "float16": np.float16, "bfloat16": np.float16}


def arrays(p: dict[str, Any]) -> Iterator[Any]:
    """Yield a numpy array for each tensor of a checkpoint that has a storage of its own."""
    dtype = DTYPES[p["dtype"]]
    if p["ask"] == "slice":
        x = np.empty((p["rows"], *p["widths"]), dtype)
        part = x[: p["kept"]].copy() if p["cloned"] else x[: p["kept"]]
        yield part if part.base is None else part.base
        return
    learned = [np.empty((p["rows"], p["widths"][0]), dtype)] if p["rows"] else []
    for i, o in zip(p["widths"], p["widths"][1:], strict=False):
        learned += [np.empty((o, i), dtype)] + [np.empty(o, dtype)] * p["bias"]
    if p["ask"] in ("model", "training"):
        learned += [np.empty(p["widths"][1], dtype), np.empty(p["widths"][1], dtype)]
        yield from (np.empty(p["widths"][1], dtype), np.empty(p["widths"][1], dtype), np.int64(0))
    yield from learned
    for array in learned if p["optimizer"] else []:
        yield array  # the momentum, or Adam's mean
        if p["optimizer"] != "SGD":
            yield from (array, np.float32(1))


def test_the_bytes_are_those_of_numpy_arrays(
    draws: Callable[[str], Iterator[Problem]], number: Callable[[str], Fraction]
) -> None:
    for problem in draws("checkpoints.tensor-bytes"):
        assert number(problem.answer.value) == sum(a.nbytes for a in arrays(problem.params)), problem.id


def written(thing: object) -> int:
    """Return the bytes of the records of numbers in the file that torch.save writes."""
    file = io.BytesIO()
    torch.save(thing, file)
    with zipfile.ZipFile(file) as archive:
        return sum(record.file_size for record in archive.infolist() if "/data/" in record.filename)


def test_files_hold_a_tied_weight_once_and_a_slice_whole() -> None:
    formula = catalog.get("checkpoints.tensor-bytes").formula
    embedding, head = torch.nn.Embedding(50, 8), torch.nn.Linear(8, 50, bias=False)
    head.weight = embedding.weight
    model = torch.nn.Sequential(embedding, torch.nn.Linear(8, 8), head)
    assert written(model.state_dict()) == formula(Saved("tied", "float32", (8, 8), rows=50))
    x = torch.zeros(50, 8, dtype=torch.float16)
    assert written(x[:5]) == formula(Saved("slice", "float16", (8,), rows=50, kept=5))
    assert written(x[:5].clone()) == formula(Saved("slice", "float16", (8,), rows=50, kept=5, cloned=True))


def test_a_file_holds_what_the_optimizer_keeps() -> None:
    model = torch.nn.Sequential(torch.nn.Linear(6, 9), torch.nn.BatchNorm1d(9), torch.nn.ReLU(), torch.nn.Linear(9, 3))
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(4, 6)).sum().backward()
    optimizer.step()
    checkpoint = {"model": model.state_dict(), "optimizer": optimizer.state_dict()}
    expected = catalog.get("checkpoints.tensor-bytes").formula(
        Saved("training", "float32", (6, 9, 3), optimizer="Adam")
    )
    assert written(checkpoint) == expected


def test_state_dicts_by_hand() -> None:
    formula = catalog.get("checkpoints.tensor-bytes").formula
    assert formula(Saved("layer", "float16", (20, 30))) == 2 * (600 + 30)
    # 4 * (20 * 30 + 30 + 30 * 5 + 5 + 4 * 30) and an int64
    assert formula(Saved("model", "float32", (20, 30, 5))) == 4 * (785 + 120) + 8
