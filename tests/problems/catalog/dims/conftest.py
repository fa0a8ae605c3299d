"""Canonical shapes read without the answer grammar."""

from __future__ import annotations

from collections.abc import Callable

import pytest


@pytest.fixture
def shape() -> Callable[[str], tuple[int, ...]]:
    """Return a reader of canonical shapes that shares no code with the answer grammar."""

    def sizes(text: str) -> tuple[int, ...]:
        return tuple(int(part) for part in text.strip("()").split(",") if part.strip())

    return sizes
