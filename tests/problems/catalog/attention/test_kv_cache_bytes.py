from __future__ import annotations

from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any, TypeAlias

import numpy as np

from studydl.problems.catalog.attention.kv_cache_bytes import Cache, KvCacheBytes
from studydl.problems.model import Problem

Draws: TypeAlias = Callable[[str], Iterator[Problem]]
Reader: TypeAlias = Callable[[str], Fraction]


def layer_by_layer(p: dict[str, Any]) -> int:
    """Return the bytes of one token, counted with NumPy arrays for each layer and head."""
    dtype = {"float32": "f4", "int8": "i1"}.get(p["dtype"], "f2")  # NumPy has no bfloat16: it is as wide as float16
    head = np.zeros(p["size"], dtype=dtype).nbytes
    return sum(2 * head for _ in range(p["layers"]) for _ in range(p["kv_heads"]))


def test_the_bytes_of_all_heads_add_up(draws: Draws, number: Reader) -> None:
    for problem in draws("attention.kv-cache-bytes"):
        p: Any = problem.params
        given, sequence = number(problem.answer.value), layer_by_layer(p) * p["length"]
        if p["form"] != "fit":
            unit = 2**30 if p["form"] == "cache" else 1
            assert given * unit == sequence * p["batch"], problem.id
            continue
        free = p["memory"] * 10**9 - p["billions"] * 10**8 * {"int8": 1}.get(p["stored"], 2)
        count = 0
        while free >= sequence:  # put in one sequence after the other
            free, count = free - sequence, count + 1
        assert given == count, problem.id


def test_a_token_of_opt_13b() -> None:
    # Kwon et al. (2023), section 3: 2 * 5120 * 40 * 2 bytes, "800 KB"
    assert KvCacheBytes().formula(Cache("token", 40, 40, 40, 128, "float16")) == 800 * 1024


def test_a_batch_of_llama_3_8b_by_hand() -> None:
    # 32 layers, 8 key-value heads of 128, bfloat16: 2 * 8 * 128 * 32 * 2 = 131072 bytes a token;
    # 8 sequences of 8192 tokens: 65536 * 131072 = 2^16 * 2^17 = 2^33 bytes, 8 GiB
    assert KvCacheBytes().formula(Cache("cache", 32, 32, 8, 128, "bfloat16", 8192, 8)) == 8


def test_what_fits_beside_the_parameters_by_hand() -> None:
    # 24 GB - 8 * 2 GB = 8 GB; a sequence of 8192 tokens takes 2^30 = 1.0737 GB: 7.45 of them
    assert KvCacheBytes().formula(Cache("fit", 32, 32, 8, 128, "bfloat16", 8192, 1, 24, 80)) == 7
