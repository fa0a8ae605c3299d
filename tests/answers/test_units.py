"""The unit behind a number."""

import pytest

from studydl.answers.units import split_unit


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("1.5", None, ("1.5", None)),
        ("1.5 bits", "bits", ("1.5 ", "bits")),
        ("1.5bit", "bits", ("1.5", "bits")),
        ("1.5 Bits ", "bits", ("1.5 ", "bits")),
        ("1.5 nats", "bits", ("1.5 ", "nats")),
        ("1.5 nats", None, ("1.5 ", "nats")),
        ("3 B", "bytes", ("3 ", "bytes")),
        ("3 b", "bytes", ("3 ", "bits")),
        ("3 mib", "MiB", ("3 ", "MiB")),
        ("3 MB", "MiB", ("3 ", "MB")),
        ("3 macs", "MACs", ("3 ", "MACs")),
        ("3 flops", "MACs", ("3 ", "FLOPs")),
        ("3 widgets", "widgets", ("3 ", "widgets")),
        ("3 widgets per day", "widgets per day", ("3 ", "widgets per day")),
        ("25 percent", "%", ("25 %", None)),
        ("25 percent", None, ("25 %", None)),
        ("25%", "%", ("25%", None)),
        ("2 pi", "bits", ("2 pi", None)),
        ("2e", None, ("2e", None)),
        ("foo", None, ("foo", None)),
        ("log2(3)", "bits", ("log2(3)", None)),
        ("", "bits", ("", None)),
    ],
)
def test_a_trailing_unit_is_taken_off(text: str, asked: str | None, expected: tuple[str, str | None]) -> None:
    assert split_unit(text, asked) == expected
