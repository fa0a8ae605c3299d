from __future__ import annotations

from pathlib import Path

import pytest

from studydl import config
from studydl.decks.folders import folders, may_run
from studydl.decks.parse import load
from studydl.paths import Home

CARD = '---\ntitle = "Notes"\n---\n\n## A {#a}\n\nQ: Q?\nA: A\n'


@pytest.fixture
def home(tmp_path: Path) -> Home:
    (tmp_path / "home").mkdir()
    return Home(tmp_path / "home")


def test_without_a_file_everything_has_its_default(home: Home) -> None:
    assert config.load(home) == config.Config() and config.faults(home) == ()


def test_a_further_folder_of_decks_is_read_under_its_own_name(home: Home, tmp_path: Path) -> None:
    (tmp_path / "cards").mkdir()
    home.config.write_text(f'theme = "nord"\ndecks = ["{tmp_path / "cards"}", "../cards"]\n')
    assert list(folders(home)) == ["studydl", "mine", "cards", "cards-2"]
    assert config.faults(home) == ()


def test_only_a_deck_trusted_by_name_may_run_its_evidence(home: Home) -> None:
    home.decks.mkdir()
    for name in ("notes", "strange"):
        (home.decks / f"{name}.md").write_text(CARD.replace("#a", f"#{name}"))
    home.config.write_text('trusted = ["notes"]')
    assert {deck.name: may_run(deck, home) for deck in load(home.decks, "mine").decks} == {
        "notes": True,
        "strange": False,
    }


@pytest.mark.parametrize("text", ["theme = 3", "deks = []", "theme = ", "decks = 'x'", "\x00"])
def test_a_bad_file_is_told_and_not_used(home: Home, text: str) -> None:
    home.config.write_text(text)
    (fault,) = config.faults(home)
    assert "is not used" in fault and "theme, decks and trusted" in fault
    assert config.load(home) == config.Config()


def test_a_folder_that_is_not_there_is_told(home: Home) -> None:
    home.config.write_text('decks = ["/nowhere/cards"]')
    assert config.faults(home) == (
        f"{home.config} names the deck folder /nowhere/cards, which is not there; its cards stay.",
    )
