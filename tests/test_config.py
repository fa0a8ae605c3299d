from __future__ import annotations

import re
from pathlib import Path

import pytest
from textual.theme import BUILTIN_THEMES

from studydl import config
from studydl.decks.folders import folders, may_run
from studydl.decks.parse import load
from studydl.errors import UsageError
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


def test_one_bad_value_does_not_take_the_others_with_it(home: Home) -> None:
    home.config.write_text('theme = "nord"\ntrusted = "notes"\n')
    (fault,) = config.faults(home)
    assert "trusted = 'notes'" in fault and 'it looks like trusted = ["my-notes"]' in fault
    assert config.load(home) == config.Config(theme="nord")


def test_a_typo_is_told_the_nearest_name(home: Home) -> None:
    home.config.write_text('thme = "nord"')
    assert "Did you mean theme?" in config.faults(home)[0]


@pytest.mark.parametrize("keys", ['"study.hint" = "f2"', 'study.hint = "f2"', 'study.hint = ["f2"]'])
def test_keys_may_be_written_in_three_ways(home: Home, keys: str) -> None:
    home.config.write_text(f"[keys]\n{keys}\n")
    assert config.load(home).keys == {"study.hint": "f2"} and config.faults(home) == ()


FILE = '# mine\n\ntheme = "nord"   # calm\n\n# other keys\n[keys]\n"study.hint" = "f2" # far\n'


def test_a_value_is_changed_where_it_stands_and_everything_else_stays(home: Home) -> None:
    home.config.write_text(FILE)
    config.put(home, "theme", "gruvbox")
    assert home.config.read_text() == FILE.replace("nord", "gruvbox")


def test_a_new_value_comes_before_the_tables(home: Home) -> None:
    home.config.write_text(FILE)
    config.put(home, "trusted", ("notes",))
    assert config.load(home) == config.Config("nord", (), ("notes",), {"study.hint": "f2"})
    config.put(home, "trusted", None)
    assert config.load(home).trusted == ()
    assert all(line in home.config.read_text() for line in FILE.splitlines())


def test_windows_line_ends_and_the_permissions_stay(home: Home) -> None:
    home.config.write_bytes(b'# a\r\ntheme = "nord"\r\n')
    home.config.chmod(0o600)
    config.put(home, "theme", "gruvbox")
    assert home.config.read_bytes() == b'# a\r\ntheme = "gruvbox"\r\n'
    assert home.config.stat().st_mode & 0o777 == 0o600


def test_a_linked_file_stays_linked(home: Home, tmp_path: Path) -> None:
    (tmp_path / "dotfiles").mkdir()
    real = tmp_path / "dotfiles" / "studydl.toml"
    real.write_text("")
    home.config.symlink_to(real)
    config.put(home, "theme", "nord")
    assert home.config.is_symlink() and real.read_text() == 'theme = "nord"\n'


@pytest.mark.parametrize("data", [b"theme = ", b"\xff\xfe", b'theme = "a"\ntheme = "b"'])
def test_a_file_that_cannot_be_read_is_never_written_over(home: Home, data: bytes) -> None:
    home.config.write_bytes(data)
    with pytest.raises(UsageError, match=re.escape(str(home.config))):
        config.put(home, "theme", "nord")
    assert home.config.read_bytes() == data
    assert list(home.folder.iterdir()) == [home.config]


def test_the_themes_are_those_of_the_interface() -> None:
    assert sorted(config.THEMES) == sorted(BUILTIN_THEMES)


def test_a_folder_that_is_not_there_is_told(home: Home) -> None:
    home.config.write_text('decks = ["/nowhere/cards"]')
    assert config.faults(home) == (
        f"{home.config} names the deck folder /nowhere/cards, which is not there; its cards stay.",
    )
