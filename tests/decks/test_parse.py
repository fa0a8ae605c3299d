"""Every malformed deck gives named errors with a line and a hint; everything else loads as it is written."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studydl.decks.model import Basic, Choice, Claim, Cloze, Deck, Points, Skill
from studydl.decks.parse import LARGEST, load, outline, parse_deck, read
from studydl.decks.trouble import DeckErrors
from studydl.errors import DeckError
from tests.decks.shipped import LOADED

HEAD = '---\ntitle = "Convolution"\n---\n\n'
CARD = "## Rounds down {#floor}\n\n"
GOOD = f"{HEAD}{CARD}Q: How wide?\nA: 112\n"


def write(folder: Path, text: str | bytes, name: str = "conv.md") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def problems(folder: Path, text: str | bytes) -> list[tuple[int, str]]:
    with pytest.raises(DeckErrors) as caught:
        parse_deck(write(folder, text), "mine")
    assert all(error.path == str(folder / "conv.md") for error in caught.value.errors)
    prefixes = [f"{error.path}:{error.line}: " for error in caught.value.errors]
    return [
        (error.line, error.message.removeprefix(prefix))
        for error, prefix in zip(caught.value.errors, prefixes, strict=True)
    ]


EVERYTHING = """---
title = "Convolution"
topics = ["conv", "cost"]
order = 3
---

An introduction, Q: which is not a card.

## Output size rounds down {#conv-floor}

after: conv-share
contrast: rounding

Q: A 7x7 convolution, stride 2, padding 3, reads $224 * 224$. How wide is the output?
A: 112

The division is floored

before 1 is added.

```python
# a comment
Q: is text here

## and so is this
```

source: torch.nn.Conv2d
documentation

```python evidence
x = 1

assert x == 1
```

## Weights are shared {#conv-share}

C: One [kernel] slides; `x[0]`, $x_i$ and \\[this\\] are text, [`F.relu(x)`] is not.

Because.

## Odd kernels {#conv-odd}

Q: Which kernels have a center?

- [x] odd ones
  of any size
- [ ] even ones
- [X] 3x3

They do.

## Flipped {#conv-flip}

F: torch flips the kernel.

It computes cross-correlation.

The kernel is learned anyway.

## Shared {#conv-true}

T: Every position shares one kernel.

## Say it {#conv-points}

Points: Why convolutions?

- sharing
- locality
- equivariance

The usual three.

## Practice {#conv-size}

Practice: conv.output-size
"""


def test_each_kind_of_card_is_read_as_it_is_written(tmp_path: Path) -> None:
    deck = parse_deck(write(tmp_path, EVERYTHING), "mine")
    assert (deck.name, deck.title, deck.topics, deck.order) == ("conv", "Convolution", ("conv", "cost"), 3)
    assert deck.digest == hashlib.sha256(EVERYTHING.encode()).hexdigest()
    floor, share, odd, flip, true, points, size = deck.cards
    assert floor.title == "Output size rounds down"
    assert floor.body == Basic(
        "A 7x7 convolution, stride 2, padding 3, reads $224 * 224$. How wide is the output?", "112"
    )
    assert floor.explanation == (
        "The division is floored\n\nbefore 1 is added.\n\n"
        "```python\n# a comment\nQ: is text here\n\n## and so is this\n```"
    )
    assert floor.evidence == "x = 1\n\nassert x == 1"
    assert EVERYTHING.splitlines()[floor.evidence_line - 1] == "x = 1"
    assert EVERYTHING.splitlines()[floor.line - 1].endswith("{#conv-floor}")
    assert (floor.source, floor.after, floor.contrast) == (
        "torch.nn.Conv2d documentation",
        ("conv-share",),
        "rounding",
    )
    assert share.body == Cloze(
        "One [kernel] slides; `x[0]`, $x_i$ and \\[this\\] are text, [`F.relu(x)`] is not.", ("kernel", "`F.relu(x)`")
    )
    assert share.explanation == "Because."
    assert odd.body == Choice(
        "Which kernels have a center?", (("odd ones\nof any size", True), ("even ones", False), ("3x3", True))
    )
    assert flip.body == Claim("torch flips the kernel.", False, "It computes cross-correlation.")
    assert flip.explanation == "The kernel is learned anyway."
    assert true.body == Claim("Every position shares one kernel.", True, "")
    assert points.body == Points("Why convolutions?", ("sharing", "locality", "equivariance"))
    assert points.explanation == "The usual three."
    assert size.body == Skill("conv.output-size")
    assert [card.kind for card in deck.cards] == ["basic", "cloze", "choice", "claim", "claim", "points", "skill"]


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        pytest.param('---\ntitle = "x"\n\n## A {#a}\n\nQ: a\nA: b\n', 1, "front matter is not closed", id="unclosed"),
        pytest.param("---\ntitle = \n---\n" + CARD + "Q: a\nA: b\n", 2, "front matter is not TOML", id="toml"),
        pytest.param("---\na = " + "[" * 9000 + "\n---\n" + CARD + "Q: a\nA: b\n", 1, "not TOML", id="deep-toml"),
        pytest.param("---\ntitle = 3\n---\n" + CARD + "Q: a\nA: b\n", 2, "title is not one line", id="title-type"),
        pytest.param("---\ntopic = ['a']\n---\n" + CARD + "Q: a\nA: b\n", 2, 'has no "topic"', id="unknown-key"),
        pytest.param("---\n\ntopics = 'a'\n---\n" + CARD + "Q: a\nA: b\n", 3, "topics is not a list", id="topics"),
        pytest.param("---\norder = true\n---\n" + CARD + "Q: a\nA: b\n", 2, "order is not a whole", id="order"),
        pytest.param(HEAD, 1, "no cards", id="no-cards"),
        pytest.param("", 1, "no cards", id="empty-file"),
        pytest.param(HEAD + "## A\n\nQ: a\nA: b\n", 5, 'the card "A" has no id', id="no-id"),
        pytest.param(HEAD + "##A {#a}\n\nQ: a\nA: b\n", 5, "needs a space", id="no-space"),
        pytest.param(HEAD + "## {#a}\n\nQ: a\nA: b\n", 5, "no title", id="no-title"),
        pytest.param(HEAD + "## A {#Conv_1}\n\nQ: a\nA: b\n", 5, '"Conv_1" cannot be a card\'s id', id="bad-id"),
        pytest.param(HEAD + "## A {#a--b}\n\nQ: a\nA: b\n", 5, "cannot be a card's id", id="double-hyphen"),
        pytest.param(HEAD + "## A {#}\n\nQ: a\nA: b\n", 5, "cannot be a card's id", id="empty-id"),
        pytest.param(GOOD + CARD + "Q: a\nA: b\n", 9, "the id floor stands in line 5 already", id="duplicate-id"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\n\n```python\nx = 1\n", 10, "fence is not closed", id="open-fence"),
        pytest.param(
            HEAD + CARD + "Q: a\nA: b\n\n```python evidence\nassert 1 == 1\n\n## B {#b}\n\nQ: a\nA: b\n",
            10,
            "fence is not closed",
            id="open-evidence",
        ),
        pytest.param(HEAD + CARD + "C: no brackets here\n", 7, "C: without [brackets]", id="cloze-plain"),
        pytest.param(HEAD + CARD + "C: only `x[0]` in code\n", 7, "C: without [brackets]", id="cloze-code"),
        pytest.param(HEAD + CARD + "C: an [open one\n", 7, "[ without its ]", id="cloze-open"),
        pytest.param(HEAD + CARD + "C: a ] closed one\n", 7, "] without its [", id="cloze-closed"),
        pytest.param(HEAD + CARD + "C: [a [b] c]\n", 7, "a deletion inside a deletion", id="cloze-nested"),
        pytest.param(HEAD + CARD + "C: a [ ] b\n", 7, "an empty deletion", id="cloze-empty"),
        pytest.param(HEAD + CARD + "C: " + "[a] " * 13, 7, "13 deletions", id="cloze-many"),
        pytest.param(HEAD + CARD + "Q: a\nAns: b\n", 8, '"Ans:" is no label', id="ans"),
        pytest.param(HEAD + CARD + "Q: a\na: b\n", 8, '"a:" is no label', id="small-a"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\n\nSorce: c\n", 10, '"Sorce:" is no label', id="sorce"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\n\nafetr: c\n", 10, '"afetr:" is no label', id="afetr"),
        pytest.param(HEAD + CARD + "Q： a\nA: b\n", 7, '"Q：" is no label', id="wide-colon"),
        pytest.param(HEAD + CARD + "Q: a\n", 7, "Q: without A: or options", id="no-answer"),
        pytest.param(HEAD + CARD + "A: b\n", 5, "asks nothing", id="no-question"),
        pytest.param(HEAD + CARD + "Q: a\nA:\n", 8, "A is empty", id="empty-answer"),
        pytest.param(HEAD + CARD + "Q:\n\nA: b\n", 7, "Q is empty", id="empty-question"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\nsource:\n", 9, "source is empty", id="empty-source"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\nA: c\n", 9, "a second A:", id="two-answers"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\nT: c\n", 5, "asks in 2 ways: Q:, T:", id="two-kinds"),
        pytest.param(HEAD + CARD + "T: a\n\nF: b\n\nc\n", 5, "asks in 2 ways: T:, F:", id="true-and-false"),
        pytest.param(HEAD + CARD + "C: [a]\nA: b\n", 8, "A: cannot answer C:", id="cloze-answered"),
        pytest.param(HEAD + CARD + "stray\n\nQ: a\nA: b\n", 7, '"stray" belongs to no field', id="stray"),
        pytest.param(HEAD + CARD + "F: a\n", 7, "F: without a correction", id="no-correction"),
        pytest.param(HEAD + CARD + "Q: a\n- [ ] b\n- [ ] c\n", 8, "0 right and 2 wrong", id="none-right"),
        pytest.param(HEAD + CARD + "Q: a\n- [x] b\n- [x] c\n", 8, "2 right and 0 wrong", id="none-wrong"),
        pytest.param(HEAD + CARD + "Q: a\n- [x] b\n" + "- [ ] c\n" * 6, 8, "1 right and 6 wrong", id="7-options"),
        pytest.param(HEAD + CARD + "Q: a\n- [x] b\n- [] c\n", 9, "not in the list of options", id="bad-option"),
        pytest.param(HEAD + CARD + "Q: a\n- [x] b\n- [ ]\n", 9, "an empty item", id="empty-option"),
        pytest.param(HEAD + CARD + "Q: a\n- [x] b\n- [ ] b\n", 8, "two options are the same", id="same-options"),
        pytest.param(HEAD + CARD + "Q:\n- [x] b\n- [ ] c\n", 7, "without a question", id="options-only"),
        pytest.param(HEAD + CARD + "Q: a\n- [x] b\n- [ ] c\n\nA: d\n", 8, "options and an A:", id="options-and-a"),
        pytest.param(HEAD + CARD + "Points: a\n- b\n- c\n", 7, "Points: with 2 points", id="2-points"),
        pytest.param(HEAD + CARD + "Points: a\n" + "- b\n" * 7, 7, "Points: with 7 points", id="7-points"),
        pytest.param(HEAD + CARD + "Points:\n" + "- b\n" * 3, 7, "without a question", id="points-only"),
        pytest.param(HEAD + CARD + "Practice: roc auc\n", 7, '"roc auc" is no problem family', id="bad-family"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\nafter: A B\n", 9, '"A B" is no card id', id="bad-after"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\ncontrast: A B\n", 9, '"A B" is no tag', id="bad-contrast"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\nsource: c\n\nd\n", 11, '"d" belongs to no field', id="after-source"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\n\n```python evidence\nx = 1\n```\n", 10, "no assert", id="no-assert"),
        pytest.param(HEAD + CARD + "Q: a\nA: b\n\n```python evidence\n```\n", 10, "evidence is empty", id="no-code"),
        pytest.param(
            HEAD + CARD + "Q: a\nA: b\n\n```python evidence\nx = 1\nassert (x == 2, 'no')\n```\n",
            12,
            "always true",
            id="tuple-assert",
        ),
        pytest.param(
            HEAD + CARD + "Q: a\nA: b\n\n```python evidence\nx = 1\nassert x ==\n```\n", 12, "not Python", id="syntax"
        ),
        pytest.param(
            HEAD + CARD + "Q: a\nA: b\n\n```python evidence\n" + "(" * 500 + "\n```\n",
            11,
            "not Python",
            id="deep",
        ),
        pytest.param(
            HEAD + CARD + "Q: a\nA: b\n" + "\n```python evidence\nassert a == 1\n```\n" * 2,
            14,
            "a second evidence",
            id="two-evidences",
        ),
        pytest.param(
            HEAD + CARD + "Q: a\nA: b\n\n```py evidence\nassert a == 1\n```\n",
            10,
            "no evidence fence",
            id="py",
        ),
        pytest.param(HEAD + CARD + "Q: a\nA: b\n\nline\nthen $frac(1$ more\n", 11, "$frac(1$", id="math"),
        pytest.param(HEAD + CARD + "Q: $\\frac{1}{2}$\nA: b\n", 7, "frac{1}{2}$", id="unknown-math"),
        pytest.param(HEAD + CARD + "Q: <b>a</b>\nA: b\n", 7, "HTML", id="html"),
        pytest.param(HEAD + CARD + "Q: a\nA: " + "b" * 20_001 + "\n", 8, "20,001 characters", id="long-block"),
        pytest.param(GOOD.encode() + b"\nx\0y\n", 10, "NUL byte", id="nul"),
        pytest.param(GOOD.encode() + b"\n\xff\n", 10, "byte 0xff is not UTF-8", id="latin-1"),
    ],
)
def test_a_malformed_deck_says_where_and_what(tmp_path: Path, text: str | bytes, line: int, message: str) -> None:
    found = problems(tmp_path, text)
    assert found[0][0] == line
    assert message in found[0][1]


def test_every_error_but_the_unanswerable_ones_says_how_it_should_look(tmp_path: Path) -> None:
    with pytest.raises(DeckErrors) as caught:
        parse_deck(write(tmp_path, HEAD + "## A\nQ: a\n\n## B {#B}\nC: b\n\n## C {#c}\nAns: x\n"), "mine")
    assert all(error.hint for error in caught.value.errors)


def test_all_errors_of_a_file_are_reported_in_one_go(tmp_path: Path) -> None:
    text = HEAD + "## A {#a}\nQ: a\n\n## B {#b}\nC: b\n\n## C {#c}\nF: c\n"
    assert [line for line, _ in problems(tmp_path, text)] == [6, 9, 12]


def test_a_file_over_5_mb_is_refused(tmp_path: Path) -> None:
    assert problems(tmp_path, GOOD.encode() + b"x" * LARGEST) == [(1, "larger than 5 MB")]


def test_a_missing_file_or_a_folder_is_an_error_of_the_deck(tmp_path: Path) -> None:
    with pytest.raises(DeckError, match="no such file"):
        parse_deck(tmp_path / "none.md", "mine")
    (tmp_path / "folder.md").mkdir()
    with pytest.raises(DeckError, match="this is no file"):
        parse_deck(tmp_path / "folder.md", "mine")


@pytest.mark.parametrize("text", ["[@click=app.quit]x[/]", "x[/b]", "\x1b]8;;http://x\x1b\\y", "\x1b[2J", "‮x"])
def test_escape_sequences_and_rich_markup_are_text(tmp_path: Path, text: str) -> None:
    deck = parse_deck(write(tmp_path, f"{HEAD}## {text} {{#a}}\nQ: {text}\nA: {text}\n\n{text}\n"), "mine")
    assert deck.cards[0].body == Basic(text, text)
    assert deck.cards[0].title == text


def test_no_control_character_of_a_deck_stands_in_an_error(tmp_path: Path) -> None:
    text = f"{HEAD}## \x1b[2J\n\n## \x1bA {{#\x1b}}\n\x1bstray\nPractice: \x1b\nafter: \x1b\nQ: <b>\x1b\n"
    assert all("\x1b" not in message for _, message in problems(tmp_path, text))


def test_windows_line_ends_and_a_byte_order_mark_change_nothing_but_the_digest(tmp_path: Path) -> None:
    unix = parse_deck(write(tmp_path, EVERYTHING), "mine")
    windows = parse_deck(write(tmp_path, b"\xef\xbb\xbf" + EVERYTHING.replace("\n", "\r\n").encode()), "mine")
    assert windows.cards == unix.cards


def test_a_deck_without_front_matter_is_called_by_its_file(tmp_path: Path) -> None:
    assert parse_deck(write(tmp_path, CARD + "Q: a\nA: b\n"), "mine").title == "conv"


def test_words_with_a_colon_that_are_no_labels_are_text(tmp_path: Path) -> None:
    text = HEAD + CARD + "Q: a\nA: b\n\nNote: c\n\nExample: d\nHence: e\n"
    assert parse_deck(write(tmp_path, text), "mine").cards[0].explanation == "Note: c\n\nExample: d\nHence: e"


def test_an_answer_may_be_a_code_fence_right_behind_its_label(tmp_path: Path) -> None:
    deck = parse_deck(write(tmp_path, HEAD + CARD + "Q: a\nA: ```python\nx = 1\n\ny = 2\n```\n\nWhy.\n"), "mine")
    assert deck.cards[0].body == Basic("a", "```python\nx = 1\n\ny = 2\n```")
    assert deck.cards[0].explanation == "Why."


# Several decks of one folder


def card(name: str, more: str = "") -> str:
    return f"## Title {{#{name}}}\n\nQ: a\nA: b\n{more}\n"


def test_a_broken_deck_never_stops_the_others(tmp_path: Path) -> None:
    write(tmp_path, card("a"), "a.md")
    write(tmp_path, b"\xff", "b.md")
    write(tmp_path, card("c"), "c.md")
    loaded = load(tmp_path, "mine")
    assert [deck.name for deck in loaded.decks] == ["a", "c"]
    assert [Path(error.path).name for error in loaded.errors] == ["b.md"]


def test_decks_come_in_their_order_then_by_name(tmp_path: Path) -> None:
    write(tmp_path, card("a"), "a.md")
    write(tmp_path, "---\norder = 2\n---\n" + card("b"), "b.md")
    write(tmp_path, "---\norder = 1\n---\n" + card("c"), "c.md")
    assert [deck.name for deck in load(tmp_path, "mine").decks] == ["c", "b", "a"]


def test_a_folder_that_is_missing_has_no_decks(tmp_path: Path) -> None:
    assert load(tmp_path / "none", "mine").decks == ()


def test_an_id_used_in_two_decks_is_an_error_that_names_both_places(tmp_path: Path) -> None:
    write(tmp_path, card("same"), "a.md")
    write(tmp_path, "\n" + card("same"), "b.md")
    loaded = load(tmp_path, "mine")
    assert [(Path(error.path).name, error.line) for error in loaded.errors] == [("b.md", 2)]
    assert "a.md:1" in loaded.errors[0].message


def test_after_may_name_a_card_of_another_deck_even_of_a_broken_one(tmp_path: Path) -> None:
    write(tmp_path, card("a", "after: b, c"), "a.md")
    write(tmp_path, card("b"), "b.md")
    write(tmp_path, "## Title {#c}\nQ: no answer\n", "c.md")
    loaded = load(tmp_path, "mine")
    assert [deck.name for deck in loaded.decks] == ["a", "b"]
    assert {Path(error.path).name for error in loaded.errors} == {"c.md"}


def test_after_an_unknown_card_is_an_error_with_the_nearest_id(tmp_path: Path) -> None:
    write(tmp_path, card("conv-floor") + card("b", "after: conv-flor"), "a.md")
    (error,) = load(tmp_path, "mine").errors
    assert (error.line, error.hint) == (6, "did you mean conv-floor?")
    assert 'no card "conv-flor"' in error.message


def test_a_circle_of_after_across_decks_is_an_error_that_shows_it(tmp_path: Path) -> None:
    write(tmp_path, card("a", "after: b"), "a.md")
    write(tmp_path, card("b", "after: c"), "b.md")
    write(tmp_path, card("c", "after: a"), "c.md")
    (error,) = load(tmp_path, "mine").errors
    assert "c -> a -> b -> c" in error.message


def test_a_card_after_itself_is_a_circle(tmp_path: Path) -> None:
    write(tmp_path, card("a", "after: a"), "a.md")
    assert "a -> a" in load(tmp_path, "mine").errors[0].message


# Any text at all

LINES = st.sampled_from([*EVERYTHING.split("\n"), "A:", "Q:", "C: [a", "F: x", "~~~", "---", "## x", "## x {#y}"])


@settings(max_examples=300, deadline=None)
@given(st.binary() | st.text().map(str.encode) | st.lists(LINES | st.text()).map(lambda s: "\n".join(s).encode()))
def test_any_file_is_a_deck_or_gives_deck_errors(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = write(tmp_path_factory.getbasetemp(), data, "any.md")
    try:
        deck = parse_deck(path, "mine")
    except DeckErrors as errors:
        assert all(0 < error.line <= data.count(b"\n") + data.count(b"\r") + 1 for error in errors.errors)
    else:
        assert deck.cards


@settings(max_examples=300, deadline=None)
@given(st.text().map(str.encode) | st.lists(LINES | st.text()).map(lambda s: "\n".join(s).encode()))
@example(b"C: One [a].\nC: Two [b].\nC: One [a].")  # the same card again, behind another one
def test_the_outline_of_any_file_has_the_ids_that_reading_it_finds(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    path = write(tmp_path_factory.mktemp("decks"), data)
    draft = read(path, "mine")
    assert outline(path).ids == draft.ids
    assert set(draft.outline.after) <= set(outline(path).after)


def test_the_outline_of_a_deck_tells_order_ids_and_what_cards_come_after(tmp_path: Path) -> None:
    path = write(tmp_path, "---\norder = 3\n---\n" + card("a") + card("b", "after: a, far\n"))
    found = outline(path)
    assert found == read(path, "mine").outline
    assert (found.order, [name for name, _ in found.ids], [(each[0], each[2]) for each in found.after]) == (
        3,
        ["a", "b"],
        [("b", ("a", "far"))],
    )


@pytest.mark.parametrize("deck", LOADED.decks, ids=lambda deck: deck.name)
def test_the_outline_of_a_shipped_deck_is_that_of_its_cards(deck: Deck) -> None:
    path = Path(deck.path)
    assert outline(path) == read(path, deck.origin).outline
