from __future__ import annotations

import pytest

from studydl.problems.code import branches_of, printing_body


def doubled(x: int) -> int:
    """Return twice x."""
    y = 2 * x
    return y + 0


def early(x: int) -> int:
    if x:
        return 1
    raise ValueError(x)


def test_the_body_prints_what_the_function_returns(capsys: pytest.CaptureFixture[str]) -> None:
    code = printing_body(branches_of(doubled), ())
    assert "def" not in code and "Return twice" not in code
    exec(code, {"x": 21})
    assert capsys.readouterr().out == "42\n"


def test_a_witness_must_end_in_its_return() -> None:
    with pytest.raises(ValueError, match="return"):
        branches_of(early)
