from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.decks import editing
from studydl.decks.parse import read
from studydl.files import write_whole
from studydl.paths import content

DECK = """---
title = "Notes"
---

Words before the first card.

## One {#one}

Q: What?
A: This.

```python evidence
## no heading, a comment
assert 1 + 1 == 2
```



## Two {#two}

Q: And?
A: That.
after: one
"""
NEW = "## One, again {#one}\n\nQ: What now?\nA: This now."


def test_a_section_is_found_as_the_parser_cuts_it() -> None:
    assert editing.section(DECK, "two") == "## Two {#two}\n\nQ: And?\nA: That.\nafter: one"
    first = editing.section(DECK, "one")
    assert first is not None and first.startswith("## One") and first.endswith("assert 1 + 1 == 2\n```")
    assert editing.section(DECK, "three") is None
    assert editing.section("Q: plain\nA: deck\n", "x") is None


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_every_other_byte_stays(newline: str, bom: str) -> None:
    deck = bom + DECK.replace("\n", newline)
    start, end = deck.index("## One"), deck.index("```" + newline * 3) + 3
    expected = deck[:start] + NEW.replace("\n", newline) + deck[end:]
    assert editing.replaced(deck, "one", NEW + "\n\n") == expected


@pytest.mark.parametrize("name", sorted(path.name for path in (content() / "en").glob("*.md"))[::5])
def test_putting_a_section_back_unchanged_changes_nothing_in_a_shipped_deck(name: str) -> None:
    path = content() / "en" / name
    text = path.read_bytes().decode()
    ids = [card_id for card_id, _ in read(path, "studydl").ids]
    assert ids
    for card_id in ids:
        found = editing.section(text, card_id)
        assert found is not None and editing.replaced(text, card_id, found) == text


@pytest.mark.parametrize(
    ("deck", "gap"), [("x", "\n\n"), ("x\n", "\n"), ("x\n\n", ""), ("", ""), ("x\r\n", "\r\n"), ("x\r\n\r\n", "")]
)
def test_a_card_is_added_behind_one_blank_line(deck: str, gap: str) -> None:
    newline = "\r\n" if "\r" in deck else "\n"
    assert editing.appended(deck, NEW) == deck + gap + NEW.replace("\n", newline) + newline


@pytest.mark.parametrize(
    ("title", "taken", "made"),
    [
        ("Output size: rounds down!", (), "output-size-rounds-down"),
        ("One", ("one",), "one-2"),
        ("One", ("one", "one-2"), "one-3"),
        ("Über Größe", (), "uber-groe"),
        ("卷积", (), "card"),
        ("-", (), "card"),
        ("x" * 200, (), "x" * 75),
    ],
)
def test_an_id_is_made_from_the_title(title: str, taken: tuple[str, ...], made: str) -> None:
    assert editing.with_id(f"## {title}\n\nQ: a\nA: b", taken) == f"## {title} {{#{made}}}\n\nQ: a\nA: b"
    assert editing.id_of(editing.with_id(f"## {title}", taken)) == made


def test_an_id_that_is_there_stays() -> None:
    assert editing.with_id(NEW, ("one",)) == NEW


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("Q: a\nA: b", 1, "starts with its title"),
        ("words\n## A\n\nQ: a\nA: b", 1, "starts with its title"),
        ("## A\n\nQ: a\nA: b\n\n## B\n\nQ: c\nA: d", 6, "second card"),
        ("## A\n\nQ: a\n", 3, "A:"),
        ("## A\n\nQ: a\nA: b\n```python\nx", 5, "fence"),
        ("", 1, "starts with its title"),
    ],
)
def test_a_fault_is_told_with_its_line(text: str, line: int, words: str) -> None:
    _, faults = editing.look(text, "mine")
    assert any(fault.line == line and words in fault.message for fault in faults), faults


def test_a_card_that_is_well_can_be_looked_at() -> None:
    deck, faults = editing.look("## A\n\nQ: a\nA: b", "mine")
    assert faults == () and [card.title for card in deck.cards] == ["A"]


def check(tmp_path: Path, before: str, after: str, card_id: str) -> tuple[editing.Fault, ...]:
    return editing.check(tmp_path / "notes.md", "mine", before, after, card_id)


def test_a_change_that_is_well_has_no_faults(tmp_path: Path) -> None:
    assert check(tmp_path, DECK, editing.replaced(DECK, "one", NEW), "one") == ()


def test_an_id_used_in_another_deck_of_the_folder_is_found(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("## Three {#three}\n\nQ: a\nA: b\n")
    (fault,) = check(tmp_path, DECK, editing.appended(DECK, "## T {#three}\n\nQ: a\nA: b"), "three")
    assert fault.line == 1 and "three" in fault.message
    (fault,) = check(tmp_path, DECK, editing.replaced(DECK, "one", f"{NEW}\nafter: nothing"), "one")
    assert "nothing" in fault.message


def test_what_was_wrong_elsewhere_before_keeps_nobody_from_saving(tmp_path: Path) -> None:
    broken = DECK.replace("A: That.\n", "")
    assert read(tmp_path / "notes.md", "mine", broken.encode()).errors
    assert check(tmp_path, broken, editing.replaced(broken, "one", NEW + "\n\nMore.\n\nLines."), "one") == ()


def test_after_lines_are_left_out_of_a_copy_but_not_out_of_code() -> None:
    text = "## A {#a}\n\nQ: a\nA: b\nafter: x\n\n```python evidence\nafter: int = 3\n```"
    assert editing.without_after(text) == text.replace("after: x\n", "")


@given(st.text(max_size=200), st.text(max_size=200))
def test_whatever_is_written_never_reaches_another_card(head: str, body: str) -> None:
    """Either the change is refused, or the other card is as it was."""
    path = Path("/nowhere/notes.md")
    new = f"## {head} {{#one}}\n\nQ: q\nA: {body}"
    after = editing.replaced(DECK, "one", new)
    if not editing.check(path, "mine", DECK, after, "one"):
        old, now = (read(path, "mine", text.encode()).deck.cards for text in (DECK, after))
        assert [card.id for card in now] == ["one", "two"]
        assert now[1].body == old[1].body and now[1].title == old[1].title


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "deck.md"
    write_whole(path, b"one")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("studydl.files.os.fsync", full)
    with pytest.raises(OSError, match="space"):
        write_whole(path, b"two")
    assert path.read_bytes() == b"one" and list(tmp_path.iterdir()) == [path]
