from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studydl.text import math
from studydl.text.markup import (
    Bullets,
    Code,
    CodeBlock,
    Emphasis,
    MarkupError,
    Math,
    Paragraph,
    Plain,
    Strong,
    Table,
    parse,
    plain,
)

INLINE = [
    "$",
    "$x$",
    "`",
    "*",
    "**",
    "_",
    "|",
    "<",
    "b>",
    "[a](b)",
    "![",
    "]",
    "(",
    "\\",
    "&#27;",
    "&shy;",
    "字",
]
BLOCKS = ["- ", "1. ", "> ", "# ", "---\n", "\n", "\n\n", "|a|b|\n|-|-|\n", "```py\n", "    "]
HOSTILE = ["\x1b[31m", "\x9b", "\x00", "\u202e", "\ud800", "\r", "\t"]
PIECES = INLINE + BLOCKS + HOSTILE
ANY = st.text(st.characters(exclude_categories=())) | st.lists(st.sampled_from(PIECES)).map("".join)


@given(ANY)
def test_any_text_is_shown_safely_or_refused_at_one_of_its_lines(source: str) -> None:
    try:
        shown = plain(source, 40)
    except MarkupError as error:
        assert 1 <= error.line <= len(source.splitlines())
        return
    assert not any(unicodedata.category(c) in {"Cc", "Cs", "Cf"} for c in shown if c not in "\n\u200d")


@given(st.text(st.characters(categories=["L", "N"]), min_size=1))
def test_letters_and_digits_come_through_unchanged(word: str) -> None:
    assert parse(word) == (Paragraph((Plain(word),)),)


def test_inline_markup() -> None:
    assert parse("a *b **c*** `x_1` $x_1$") == (
        Paragraph(
            (
                Plain("a "),
                Emphasis((Plain("b "), Strong((Plain("c"),)))),
                Plain(" "),
                Code("x_1"),
                Plain(" "),
                Math(math.parse("x_1"), "x_1"),
            )
        ),
    )


def test_underscores_are_text() -> None:
    assert parse("call __init__ of _this_") == (Paragraph((Plain("call __init__ of _this_"),)),)


def test_prices_are_not_formulas() -> None:
    assert parse("between $5 and $6") == (Paragraph((Plain("between $5 and $6"),)),)


def test_a_formula_may_stand_beside_digits() -> None:
    formula = Math(math.parse("x"), "x")
    assert parse("$x$ = 2") == (Paragraph((formula, Plain(" = 2"))),)
    assert parse("2$x$2") == (Paragraph((Plain("2"), formula, Plain("2"))),)


def test_a_display_formula_is_a_paragraph() -> None:
    assert parse("$$\nx^2\n$$") == (Paragraph((Math(math.parse("x^2"), "x^2"),)),)


def test_a_fence_keeps_its_lines_and_its_language() -> None:
    assert parse("```python\nif a:\n\n    b\n```") == (CodeBlock("python", "if a:\n\n    b"),)


def test_lists_nest() -> None:
    one, two = (Paragraph((Plain(name),)) for name in ("one", "two"))
    assert parse("- one\n  1. two\n") == (Bullets(((one, Bullets(((two,),), ordered=True)),)),)


def test_an_ordered_list_keeps_its_first_number() -> None:
    (block,) = parse("3. three\n4. four\n")
    assert isinstance(block, Bullets)
    assert (block.ordered, block.start, len(block.items)) == (True, 3, 2)


def test_tables() -> None:
    assert parse("| a | `b` |\n|---|---|\n| 1 | $x$ |\n") == (
        Table(
            ((Plain("a"),), (Code("b"),)),
            (((Plain("1"),), (Math(math.parse("x"), "x"),)),),
        ),
    )


def test_indented_text_and_link_definitions_stay_text() -> None:
    assert parse("    indented") == (Paragraph((Plain("indented"),)),)
    assert parse("[name]: value") == (Paragraph((Plain("[name]: value"),)),)


@pytest.mark.parametrize(
    ("source", "line", "said"),
    [
        ("a\n\nb <br> c", 3, "HTML"),
        ("<div>", 1, "HTML"),
        ("a\nb [text](target)", 2, "link"),
        ("![picture](x.png)", 1, "image"),
        ("text\n\n# Heading", 3, "heading"),
        ("> quoted", 1, "quotation"),
        ("a\n\n---\n\nb", 3, "line"),
        ("fine\nstill $frac(a)$", 2, "frac takes 2 arguments"),
        ("- a\n- b\n- $x +$", 3, "nothing after it"),
        ("- " * 30 + "deep", 1, "deep"),
    ],
)
def test_what_cannot_be_shown_is_refused_with_its_line(source: str, line: int, said: str) -> None:
    with pytest.raises(MarkupError) as caught:
        parse(source)
    assert caught.value.line == line
    assert said in caught.value.message


def test_entities_cannot_smuggle_what_is_hidden_or_acted_on() -> None:
    assert parse("a&#8238;b&shy;c&#27;[2J &amp;") == (Paragraph((Plain("a\ufffdb\ufffdc\ufffd[2J &"),)),)


def test_the_same_text_is_read_once() -> None:
    assert parse("cached *text*") is parse("cached *text*")
