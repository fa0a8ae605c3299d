"""Names that are not there."""

from __future__ import annotations

import pytest

from studydl.errors import did_you_mean

NAMES = ("information", "information.entropy", "loss.cross-entropy", "metrics.f1")


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("entropy", "Did you mean information.entropy?"),  # as a part of it
        ("f1", "Did you mean metrics.f1?"),
        ("informatoin", "Did you mean information or information.entropy?"),
        ("metrics.f2", "Did you mean metrics.f1?"),
        ("zzz", "None is near."),
        ("", "None is near."),
    ],
)
def test_the_nearest_names_are_told(name: str, hint: str) -> None:
    assert did_you_mean(name, NAMES, "None is near.") == hint
