"""The lines of a deck, cut into cards, and a card's lines, cut into labeled fields and blocks."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from string import ascii_lowercase

from studydl.decks.trouble import Trouble, quoted

Lines = Sequence[tuple[int, str]]  # (1-based line of the file, its text)

LABELS = ("Q", "A", "C", "T", "F", "Points", "Practice", "source", "after", "contrast")
STARTS = ("Q", "C", "T", "F", "Points", "Practice")  # what a card asks
EVIDENCE = "evidence"
ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_ID = 80
_LABEL = re.compile(rf"({'|'.join(LABELS)}):[ \t]*")
_HEADING = re.compile(r"##(?!#)")
_WORD = re.compile(r"([A-Za-z]+)[ \t]*[:：]")
_FENCE = re.compile(r"[ \t]*(`{3,}(?=[^`]*$)|~{3,})(.*)")
_ALIASES = {"ans": "A", "answer": "A", "question": "Q", "cloze": "C", "claim": "T", "skill": "Practice"}


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


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, list, table or fence: lines without a blank one between them.

    Args:
        line: 1-based line of its first line.
        text: its lines.
    """

    line: int
    text: str


@dataclass(slots=True)
class Field:
    """What stands behind one label.

    Args:
        label: one of LABELS, or EVIDENCE.
        line: 1-based line of the label or the fence.
        lines: numbered; the first one without the label.
    """

    label: str
    line: int
    lines: list[tuple[int, str]] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Return all its lines."""
        return "\n".join(text for _, text in self.lines)


class Fence:
    """Follows code fences line by line."""

    def __init__(self) -> None:
        self.mark = ""
        self.line = 0

    def feed(self, number: int, text: str) -> bool:
        """Take one line; return whether it belongs to a fence, its first and last lines included.

        Args:
            number: 1-based line of the file.
            text: the line, without a label.
        """
        if not self.mark:
            if opening := _FENCE.fullmatch(text):
                self.mark, self.line = opening[1], number
            return bool(opening)
        stripped = text.strip()
        if len(stripped) >= len(self.mark) and not stripped.strip(self.mark[0]):
            self.mark = ""
        return True


def info(text: str) -> tuple[str, ...]:
    """Return the words after the marks of a fence's first line; none if the line is no such line."""
    opening = _FENCE.fullmatch(text)
    return tuple(opening[2].split()) if opening else ()


def unlabeled(text: str) -> str:
    """Return the line without the label at its start."""
    label = _LABEL.match(text)
    return text[label.end() :] if label else text


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


def outside(lines: Lines) -> Iterator[tuple[int, str]]:
    """Give the lines that stand in no code fence."""
    fence = Fence()
    for number, text in lines:
        if not fence.feed(number, unlabeled(text)):
            yield number, text


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
        label = None if fence.mark else _LABEL.match(text)
        fenced = fence.feed(number, unlabeled(text) if label else text)
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


def fields(section: Section, trouble: Trouble) -> list[Field]:
    """Cut a card's lines into its fields.

    Args:
        section: the card.
        trouble: takes the errors.
    """
    found: list[Field] = []
    fence, current = Fence(), None
    for number, text in section.lines:
        inside = bool(fence.mark)
        label = None if inside else _LABEL.match(text)
        if label:
            current = Field(label[1], number)
            found.append(current)
            text = text[label.end() :]
        elif not inside:
            _check_word(number, text, trouble)
        fenced = fence.feed(number, text)
        if fenced and not inside and EVIDENCE in info(text):
            if info(text) != ("python", EVIDENCE):
                trouble.add(number, "this is no evidence fence", "```python evidence")
            current = Field(EVIDENCE, number)
            found.append(current)
        elif current is not None and current.label == EVIDENCE:
            if fence.mark:
                current.lines.append((number, text))
            else:
                current = None
        elif current is not None:
            current.lines.append((number, text))
        elif text.strip():
            hint = "evidence ends its field" if found else "a card starts with Q:, C:, T:, F:, Points: or Practice:"
            trouble.add(number, f"{quoted(text)} belongs to no field", hint)
            current = Field("", number)  # the rest of it needs no error of its own
    if fence.mark:
        trouble.add(fence.line, "this code fence is not closed", f"end it with a line {fence.mark}")
    return found


def _check_word(number: int, text: str, trouble: Trouble) -> None:
    """Note a word at the start of a line that looks like a mistyped label."""
    word = _WORD.match(text)
    label = _mistyped().get(word[1].lower()) if word else None
    if word and label:
        hint = f"write {label}: or, if it is no label, do not begin a line with it"
        trouble.add(number, f"{quoted(word[0])} is no label", hint)


@cache
def _mistyped() -> dict[str, str]:
    """Return {what may be written, in small letters: the label meant}: a letter added, missing, wrong or swapped."""
    near: dict[str, str] = {}
    for name, label in {label.lower(): label for label in LABELS if len(label) > 1}.items() | {("answer", "A")}:
        cuts = [(name[:at], name[at:]) for at in range(len(name) + 1)]
        near |= {left + right[1:]: label for left, right in cuts if right}
        near |= {left + right[1] + right[0] + right[2:]: label for left, right in cuts if len(right) > 1}
        near |= {left + letter + right[1:]: label for left, right in cuts for letter in ascii_lowercase if right}
        near |= {left + letter + right: label for left, right in cuts for letter in ascii_lowercase}
    return near | {label.lower(): label for label in LABELS} | _ALIASES


def blocks(lines: Iterable[tuple[int, str]]) -> list[Block]:
    """Cut lines into blocks at the blank lines outside code fences.

    Args:
        lines: numbered.
    """
    found: list[Block] = []
    fence, part = Fence(), list[tuple[int, str]]()
    for number, text in [*lines, (0, "")]:
        if fence.feed(number, text) or text.strip():
            part.append((number, text))
        elif part:
            found.append(Block(part[0][0], "\n".join(line.rstrip() for _, line in part)))
            part = []
    if part:  # a fence that is not closed
        found.append(Block(part[0][0], "\n".join(line for _, line in part)))
    return found
