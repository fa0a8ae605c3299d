"""The lines of a deck, cut into the sections of its cards."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from studydl.decks.lines import LABEL, STARTS, Fence, Lines, outside, unlabeled
from studydl.decks.trouble import Trouble, quoted

ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 80
_HEADING = re.compile(r"##(?!#)")


@dataclass(frozen=True, slots=True)
class Section:
    """The lines of one card.

    Args:
        title: its heading; empty in a plain file.
        id: as written; empty in a plain file.
        line: 1-based line at which it starts.
        lines: numbered, without the heading.
    """

    title: str
    id: str
    line: int
    lines: Lines


def split(lines: Lines, trouble: Trouble) -> tuple[list[Section], bool]:
    """Cut a deck's lines into cards.

    Args:
        lines: numbered, without the front matter.
        trouble: takes the errors.

    Returns:
        The cards, and whether the file is a plain one: no headings, so no ids.
    """
    if any(_is_heading(text) for _, text in outside(lines)) or any(_anchored(text) for _, text in lines):
        return list(_headed(lines, trouble)), False
    return list(_plain(lines, trouble)), True


def _is_heading(text: str) -> bool:
    return _HEADING.match(text) is not None


def _anchored(text: str) -> bool:
    return _is_heading(text) and _heading(text)[1] is not None


def _heading(text: str) -> tuple[str, str | None]:
    """Return the title and the id of a heading; None for no id."""
    title = text[2:].strip()
    at = title.rfind("{#")
    return (title[:at].strip(), title[at + 2 : -1]) if at >= 0 and title.endswith("}") else (title, None)


def _headed(lines: Lines, trouble: Trouble) -> Iterator[Section]:
    fence = Fence()
    heading, body = None, []
    for number, text in lines:
        if fence.mark and _anchored(text):
            fence = Fence()  # never closed; fields() says so
        if fence.feed(number, unlabeled(text)) or not _is_heading(text):
            body.append((number, text))
            continue
        if heading:
            yield _section(*heading, body, trouble)
        heading, body = (number, text), []
    if heading:
        yield _section(*heading, body, trouble)


def _section(line: int, text: str, body: Lines, trouble: Trouble) -> Section:
    title, name = _heading(text)
    if text[2:3] not in (" ", "\t"):
        trouble.add(line, "a heading needs a space behind ##", "## Output size rounds down {#conv-floor}")
    if name is None:
        trouble.add(line, f"the card {quoted(title)} has no id", "## Output size rounds down {#conv-floor}")
    elif not title:
        trouble.add(line, "the card has no title", f"## What it teaches {{#{name}}}")
    elif not ID.fullmatch(name) or len(name) > LONGEST_ID:
        hint = f"small letters, digits and single hyphens, at most {LONGEST_ID}: {{#conv-floor}}"
        trouble.add(line, f"{quoted(name)} cannot be a card's id", hint)
    return Section(title, name or "", line, body)


def _plain(lines: Lines, trouble: Trouble) -> Iterator[Section]:
    """Cut a hashcards file: a card starts at a question label and lasts until the next one or a line ``---``."""
    fence = Fence()
    start, ruled, body = 0, False, list[tuple[int, str]]()
    for number, text in lines:
        label = None if fence.mark else LABEL.match(text)
        fenced = fence.feed(number, unlabeled(text))
        starts = label is not None and label[1] in STARTS
        if start and (starts or (not fenced and text.rstrip() == "---")):
            yield Section("", "", start, body)
            start, ruled = 0, True
        if starts:
            start, body = number, []
        if start:
            body.append((number, text))
        elif ruled and text.strip() not in ("", "---"):
            trouble.add(number, f"{quoted(text)} belongs to no field", "behind ---, the next card starts with Q: or C:")
    if start:
        yield Section("", "", start, body)
