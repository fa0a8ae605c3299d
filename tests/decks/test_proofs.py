from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from studydl.decks import proofs
from studydl.decks.folders import SHIPPED, folders
from studydl.decks.model import Basic, Card
from studydl.decks.parse import load
from studydl.decks.proofs import Proofs, digest
from studydl.paths import Home

OLD, NEW = "torch 2.6.0, numpy 2.0.0, python 3.11", "torch 2.13.0, numpy 2.4.6, python 3.11"


def card(evidence: str) -> Card:
    return Card("a", "A", Basic("Q?", "A"), evidence=evidence)


def test_what_passed_says_nothing_what_failed_and_what_never_ran_say_so() -> None:
    known = Proofs([{NEW: {digest("good"): "", digest("bad"): "does not hold"}}], NEW)
    assert known.notice(card("good")) == ""
    assert known.notice(card("bad")) == "Under review: its evidence fails with your torch 2.13.0."
    assert known.notice(card("new")) == "Not yet checked with your torch 2.13.0."
    assert known.notice(card("")) == ""


def test_a_result_holds_for_its_own_versions_only() -> None:
    assert Proofs([{OLD: {digest("x"): ""}}], NEW).message("x") is None


def test_an_edited_block_counts_as_never_run() -> None:
    assert Proofs([{NEW: {digest("assert 1 == 1"): ""}}], NEW).message("assert 1 == 1 ") is None


def test_a_result_of_this_machine_wins_over_the_shipped_one() -> None:
    shipped, here = {NEW: {digest("x"): ""}}, {NEW: {digest("x"): "does not hold"}}
    assert Proofs([shipped, here], NEW).message("x") == "does not hold"


def test_results_are_added_and_old_versions_let_go(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "evidence.json"
    for number in range(6):
        proofs.add(path, {"x": ""}, f"torch 2.{number}.0")
    proofs.add(path, {"y": "no"}, "torch 2.5.0")
    kept = proofs._read(path)
    assert list(kept) == ["torch 2.2.0", "torch 2.3.0", "torch 2.4.0", "torch 2.5.0"]
    assert kept["torch 2.5.0"] == {digest("x"): "", digest("y"): "no"}
    assert not list(path.parent.glob("*.part"))


@pytest.mark.parametrize("text", ["", "{", "[1]", '{"a": 1}'])
def test_a_damaged_file_holds_nothing_and_can_be_written_again(tmp_path: Path, text: str) -> None:
    path = tmp_path / "evidence.json"
    path.write_text(text)
    assert proofs._read(path) == {}
    proofs.add(path, {"x": ""}, NEW)
    assert proofs._read(path) == {NEW: {digest("x"): ""}}


def test_the_versions_are_found_without_loading_torch() -> None:
    program = "import sys; from studydl.decks import proofs; print(proofs.versions(), 'torch' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
    assert said.startswith("torch 2.") and said.strip().endswith("False")


def test_every_shipped_block_has_passed_with_the_libraries_it_was_recorded_with(tmp_path: Path) -> None:
    decks = load(folders(Home(tmp_path))[SHIPPED], SHIPPED).decks
    blocks = {digest(card.evidence) for deck in decks for card in deck.cards if card.evidence}
    (recorded,) = proofs._read(proofs.shipped_file()).values()
    assert set(recorded) == blocks, "run python -m studydl.decks.record"
    assert set(recorded.values()) == {""}
