"""Markup for paper: HTML, Typst and Markdown say the same as the terminal, and text is never read as more than text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
import typst as engine
from hypothesis import example, given, settings
from hypothesis import strategies as st

from studydl.text.markup import MarkupError, plain, verbatim
from studydl.text.markup.html import html
from studydl.text.markup.markdown import markdown
from studydl.text.markup.typst import typst

HOSTILE = [
    "<script>alert(1)</script>",
    "#panic(1)",
    "*/ x",
    "$",
    "\\",
    "`",
    "]] [[",
    '"',
    "@ref",
    "1. x",
    "- x",
    "# x",
    "= x",
    "a\nb",
    "&amp;",
]
SAMPLE = """`nn.Linear(3, 4)` has *weights*, **bold** and $frac(a, b)$

- item $x^2$
- two

| a | b |
|---|---|
| 1 | `x` |

```python
print("hi")
```
"""


class Words(HTMLParser):
    """Collects tags and text."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


def seen(source: str) -> Words:
    words = Words()
    words.feed(html(source))
    return words


def test_every_block_and_inline_has_its_html() -> None:
    assert set(seen(SAMPLE).tags) >= {
        "p",
        "code",
        "em",
        "strong",
        "math",
        "mfrac",
        "ul",
        "li",
        "table",
        "th",
        "td",
        "pre",
    }


def test_every_block_and_inline_can_be_set_by_typst() -> None:
    assert bytes(engine.compile(typst(SAMPLE).encode())).startswith(b"%PDF")


def test_markdown_keeps_what_markdown_has_and_writes_formulas_as_text() -> None:
    assert "*weights*, **bold** and a/b" in markdown(SAMPLE)
    assert "| --- | --- |" in markdown(SAMPLE) and '```python\nprint("hi")\n```' in markdown(SAMPLE)


@pytest.mark.parametrize("text", HOSTILE)
def test_verbatim_text_is_shown_to_the_letter_everywhere(text: str) -> None:
    source = verbatim(text)
    flat = " ".join(text.split())
    assert plain(source).replace("\n", " ") == flat
    assert seen(source).tags == ["p"] and seen(source).text.replace("\n", " ") == flat
    assert plain(markdown(source)).replace("\n", " ") == flat
    assert bytes(engine.compile(typst(source).encode())).startswith(b"%PDF")


@settings(max_examples=200)
@example("$0$")
@given(st.text(st.characters(codec="ascii", exclude_categories=["Cc"]), max_size=30))
def test_any_text_survives_as_markup(text: str) -> None:
    flat = " ".join(text.split())
    assert " ".join(plain(verbatim(flat)).split()) == flat
    assert " ".join(plain(markdown(verbatim(flat))).split()) == flat


def test_what_cannot_be_shown_is_an_error_in_every_format() -> None:
    for write in (html, typst, markdown):
        with pytest.raises(MarkupError):
            write("$frac(1$")


def test_the_typst_of_text_holds_no_command() -> None:
    assert not re.search(r"(?<!\\)#", typst(verbatim("#panic(1) #let x = 1")))
