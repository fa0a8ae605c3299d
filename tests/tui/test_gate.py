"""Keys typed too early and keys held down do not count."""

from __future__ import annotations

import pytest

from studydl.tui.gate import RHYTHM, KeyGate, Press


def pressed(gate: KeyGate, *times: float, key: str = "enter") -> list[int]:
    """Press a key at these times and return the places of the presses that are believed in the end."""
    believed = []
    for place, at in enumerate(times):
        later = times[place + 1] if place + 1 < len(times) else float("inf")
        match gate.judge(key, at, may_be_held=key == "enter"):
            case Press.COUNTS:
                believed.append(place)
            case Press.UNSURE if later - at > RHYTHM and gate.still_counts(at):
                believed.append(place)
    return believed


def test_a_key_pressed_before_the_screen_was_painted_does_not_count() -> None:
    gate = KeyGate()
    gate.close()
    assert gate.judge("enter", 1.0, may_be_held=True) is Press.IGNORED
    gate.open(2.0)
    assert gate.judge("3", 1.9, may_be_held=False) is Press.IGNORED
    assert gate.judge("3", 2.1, may_be_held=False) is Press.COUNTS


def test_the_gate_opens_only_when_all_that_closed_it_are_done() -> None:
    gate = KeyGate()
    gate.close()
    gate.close()
    gate.open(1.0)
    assert not gate.is_open
    gate.open(2.0)
    assert gate.is_open


@pytest.mark.parametrize("pause", [0.2, 0.3, 0.5, 0.66])
@pytest.mark.parametrize("every", [0.02, 0.033, 0.04, 0.09])
def test_enter_held_down_counts_once(pause: float, every: float) -> None:
    times = [0.0, *(pause + every * n for n in range(40))]
    assert pressed(KeyGate(), *times) == [0]


def test_enter_pressed_again_after_reading_counts() -> None:
    assert pressed(KeyGate(), 0.0, 0.9, 2.5) == [0, 1, 2]


def test_a_quick_second_press_counts_when_no_third_follows() -> None:
    assert pressed(KeyGate(), 0.0, 0.4) == [0, 1]


def test_digits_typed_in_a_burst_all_count() -> None:
    assert pressed(KeyGate(), 0.0, 0.03, 0.06, 0.09, key="1") == [0, 1, 2, 3]


def test_another_key_between_two_enters_makes_both_count() -> None:
    gate = KeyGate()
    assert gate.judge("enter", 0.0, may_be_held=True) is Press.COUNTS
    assert gate.judge("7", 0.05, may_be_held=False) is Press.COUNTS
    assert gate.judge("enter", 0.1, may_be_held=True) is Press.COUNTS


def test_a_press_made_while_something_was_under_way_is_not_believed_later() -> None:
    gate = KeyGate()
    gate.judge("enter", 0.0, may_be_held=True)
    assert gate.judge("enter", 0.4, may_be_held=True) is Press.UNSURE
    gate.close()
    assert not gate.still_counts(0.4)
    gate.open(0.45)
    assert not gate.still_counts(0.4)
