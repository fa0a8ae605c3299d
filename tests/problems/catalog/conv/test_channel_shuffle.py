from __future__ import annotations

from ast import literal_eval
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

from studydl.problems import catalog
from studydl.problems.catalog.conv.channel_shuffle import Shuffle, position, source
from studydl.problems.model import Problem


def shuffled(channels: npt.ArrayLike, groups: int) -> npt.NDArray[Any]:
    """Write the groups as rows and read column by column."""
    return np.reshape(channels, (groups, -1)).T.ravel()


def test_a_transposed_table_has_the_same_order(draws: Callable[[str], Iterator[Problem]]) -> None:
    for problem in draws("conv.channel-shuffle"):
        p: dict[str, Any] = dict(problem.params)
        order = shuffled(p["values"] or range(p["channels"]), p["groups"])
        if p["ask"] == "twice":
            order = shuffled(order, p["second"])
        found = np.flatnonzero(order == p["where"])
        expected = {"order": order, "source": order[[p["where"]]], "position": found, "twice": found}
        if p["ask"] == "reads":
            expected["reads"] = order.reshape(p["second"], -1)[p["where"]]
        assert np.array_equal(np.ravel(literal_eval(problem.answer.value)), expected[p["ask"]]), problem.id


def test_two_groups_by_hand() -> None:
    formula = catalog.get("conv.channel-shuffle").formula
    assert formula(Shuffle("order", 2, 6, values=(1, 2, 3, 4, 5, 6))) == (1, 4, 2, 5, 3, 6)
    assert formula(Shuffle("position", 2, 6, where=4)) == 3
    assert formula(Shuffle("source", 2, 6, where=4)) == 2


def test_a_group_behind_the_shuffle_reads_all_groups_by_hand() -> None:
    # 3 groups of 4; positions 3, 4, 5 are the second of each
    assert catalog.get("conv.channel-shuffle").formula(Shuffle("reads", 3, 12, where=1, second=4)) == (1, 5, 9)


def test_a_shuffle_in_as_many_groups_as_a_group_has_channels_undoes_it() -> None:
    for groups, size in ((2, 3), (3, 5), (4, 4)):
        for channel in range(groups * size):
            assert source(position(channel, groups, size), groups, size) == channel
            assert position(position(channel, groups, size), size, groups) == channel
