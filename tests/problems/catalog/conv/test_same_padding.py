from __future__ import annotations

import warnings
from ast import literal_eval
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch

from studydl.problems import catalog
from studydl.problems.catalog.conv.same_padding import Same
from studydl.problems.model import Problem


def fewest(size: int, kernel: int, dilation: int, stride: int) -> int:
    """Return the fewest zeros with which windows in an array are as many as the size in strides, rounded up."""
    taps = len(np.trim_zeros(np.kron(np.ones(kernel), np.eye(dilation)[0])))
    for zeros in range(taps + stride):
        if size + zeros >= taps:
            windows = np.lib.stride_tricks.sliding_window_view(np.zeros(size + zeros), taps)[::stride]
            if len(windows) == len(range(0, size, stride)):
                return zeros
    raise AssertionError


def test_as_many_windows_fit_as_are_asked_for(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("conv.same-padding"):
        p: dict[str, Any] = dict(problem.params)
        axes = zip(p["image"], p["kernel"], p["dilation"], strict=True)
        down, across = (fewest(*axis, p["stride"]) for axis in axes)
        four = (across // 2, across - across // 2, down // 2, down - down // 2)
        expected = {"side": (across / 2,), "pair": (down / 2, across / 2)}.get(p["ask"], four)
        assert np.array_equal(np.ravel(literal_eval(problem.answer.value)), np.ravel(expected)), problem.id


def test_torch_shifts_an_image_by_what_it_adds_in_front(draws: Callable[[str], Iterator[Problem]]) -> None:
    warnings.simplefilter("ignore")  # torch warns that it copies where an odd zero is added
    for problem in draws("conv.same-padding"):
        p: dict[str, Any] = dict(problem.params)
        if p["ask"] != "uneven":
            continue
        first = torch.zeros(1, 1, *p["image"])
        first[0, 0, 0, 0] = 1  # its last trace in the output is under the kernel's first tap
        seen = torch.conv2d(first, torch.ones(1, 1, *p["kernel"]), None, 1, "same", p["dilation"])[0, 0]
        top, left = seen.nonzero()[-1].tolist()
        shown = [int(part) for part in problem.answer.value.strip("()").split(",")]
        assert (shown[0], shown[2]) == (left, top), problem.id


def test_padding_by_hand() -> None:
    formula = catalog.get("conv.same-padding").formula
    assert formula(Same("side", (32, 32), (5, 5))) == 2
    assert formula(Same("pair", (32, 48), (3, 7), (2, 1))) == (2, 3)


def test_tensorflow_pads_a_strided_convolution_at_the_end_by_hand() -> None:
    # 224 pixels, kernel 3, stride 2: 112 positions cover 111 * 2 + 3 = 225 pixels, so one zero is lacking: (0, 1)
    assert catalog.get("conv.same-padding").formula(Same("strided", (224, 224), (3, 3), stride=2)) == (0, 1, 0, 1)
