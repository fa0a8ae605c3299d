"""What a card asks, by its kind: what each kind must have, and what it may."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from studydl.decks import cloze
from studydl.decks.fields import Field
from studydl.decks.lines import STARTS, Block, Fence, Lines, blocks, outside
from studydl.decks.markup import too_long, tried
from studydl.decks.model import Basic, Body, Choice, Claim, Cloze, Points, Skill
from studydl.decks.sections import Section
from studydl.decks.trouble import Trouble, quoted

MOST_DELETIONS = 12
_OPTION = re.compile(r"[-*+] \[([ xX])\](?:[ \t]+(.*))?")
_ALMOST_OPTION = re.compile(r"[-*+]?[ \t]*\[[ \txX]{0,3}\].*")
_BULLET = re.compile(r"[-*+](?:[ \t]+(.*))?")
_FAMILY = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*\.[a-z0-9]+(?:[_-][a-z0-9]+)*")

Made = tuple[Body, list[Block]]  # the body, and the blocks that explain it


def read_body(section: Section, found: dict[str, Field], trouble: Trouble) -> Made | None:
    """Return what a card asks and the blocks that explain it, or None after noting what is wrong.

    Args:
        section: the card's lines.
        found: its fields by label.
        trouble: takes the errors.
    """
    asked = [label for label in STARTS if label in found]
    if len(asked) != 1:
        what = f"asks in {len(asked)} ways: {', '.join(f'{label}:' for label in asked)}" if asked else "asks nothing"
        hint = "a card has exactly one of Q:, C:, T:, F:, Points: and Practice:"
        trouble.add(section.line, f"the card {quoted(section.title)} {what}", hint)
        return None
    if "A" in found and asked != ["Q"]:
        trouble.add(found["A"].line, f"A: cannot answer {asked[0]}:", "A: belongs to Q:; explanations need no label")
        return None
    if asked == ["Q"]:
        return _basic(found, trouble) if "A" in found else _choice(found["Q"], trouble)
    return _MAKERS[asked[0]](found[asked[0]], trouble)


def _basic(found: dict[str, Field], trouble: Trouble) -> Made | None:
    if option := next((line for line in found["Q"].lines if _OPTION.fullmatch(line[1])), None):
        trouble.add(option[0], "options and an A: in one card", "options need no A:; - [x] marks the right ones")
        return None
    short, *rest = blocks(found["A"].lines)
    return Basic(tried(blocks(found["Q"].lines), trouble), tried([short], trouble)), rest


def _choice(part: Field, trouble: Trouble) -> Made | None:
    question, options, rest = _list(part, _OPTION)
    for line, text in outside([*question, *rest]):
        if _ALMOST_OPTION.fullmatch(text):
            hint = "- [x] right, - [ ] wrong, one after the other"
            trouble.add(line, f"{quoted(text)} is not in the list of options", hint)
            return None
    if not options:
        trouble.add(part.line, "Q: without A: or options", "A: the answer, or a list of - [x] right and - [ ] wrong")
        return None
    marks = [mark.group(1) != " " for mark, _ in options]
    if all(marks) or not any(marks) or not 2 <= len(marks) <= 6:
        message = f"{sum(marks)} right and {len(marks) - sum(marks)} wrong options"
        trouble.add(options[0][1][0][0], message, "2 to 6 options, at least one - [x] right and one - [ ] wrong")
        return None
    texts = [_item(lines, trouble) for _, lines in options]
    if len(set(texts)) < len(texts):
        trouble.add(options[0][1][0][0], "two options are the same", "each option says something else")
    asked = _required(part, question, trouble)
    return Choice(asked, tuple(zip(texts, marks, strict=True))), blocks(rest)


def _points(part: Field, trouble: Trouble) -> Made | None:
    question, points, rest = _list(part, _BULLET)
    if not 3 <= len(points) <= 6:
        trouble.add(part.line, f"Points: with {len(points)} points", "the question, then a list of 3 to 6: - a point")
        return None
    texts = tuple(_item(lines, trouble) for _, lines in points)
    return Points(_required(part, question, trouble), texts), blocks(rest)


def _cloze(part: Field, trouble: Trouble) -> Made | None:
    first, *rest = blocks(part.lines)
    if too_long(first, trouble):
        return None
    try:
        spans = cloze.spans(first.text)
    except ValueError as error:
        hint = r"C: the output is [floored]; brackets that are text: \[ and \]"
        trouble.add(first.line, f"C: with {error}", hint)
        return None
    if not 1 <= len(spans) <= MOST_DELETIONS:
        message = "C: without [brackets]" if not spans else f"C: with {len(spans)} deletions"
        trouble.add(first.line, message, f"1 to {MOST_DELETIONS} deletions: C: the output is [floored]")
        return None
    body = Cloze(first.text, tuple(first.text[start + 1 : end - 1] for start, end in spans))
    shown = [cloze.reveal(body), *(cloze.hide(body, index) for index in range(len(spans)))]
    before = trouble.count
    for text in shown:
        if trouble.count == before:
            tried([Block(first.line, text)], trouble)
    return body, rest


def _claim(true: bool) -> Callable[[Field, Trouble], Made | None]:
    def make(part: Field, trouble: Trouble) -> Made | None:
        statement, *rest = blocks(part.lines)
        if not true and not rest:
            trouble.add(part.line, "F: without a correction", "a second paragraph says what is true instead")
            return None
        correction = tried(rest[:1], trouble)
        return Claim(tried([statement], trouble), true, correction), rest[1:]

    return make


def _skill(part: Field, trouble: Trouble) -> Made | None:
    first, *rest = blocks(part.lines)
    if not _FAMILY.fullmatch(first.text):
        trouble.add(first.line, f"{quoted(first.text)} is no problem family", "Practice: metrics.roc-auc")
        return None
    return Skill(first.text), rest


_MAKERS = {"C": _cloze, "T": _claim(True), "F": _claim(False), "Points": _points, "Practice": _skill}
Item = tuple[re.Match[str], list[tuple[int, str]]]


def _list(part: Field, bullet: re.Pattern[str]) -> tuple[Lines, list[Item], Lines]:
    """Cut a field at its first list: the lines before it, its items, the lines after it.

    Args:
        part: the field.
        bullet: what an item's first line matches; group 1 or 2, the last one, is its text.
    """
    before: list[tuple[int, str]] = []
    items: list[Item] = []
    fence = Fence()
    for at, (number, text) in enumerate(part.lines):
        fenced = fence.feed(number, text)
        first = None if fenced else bullet.fullmatch(text)
        if first:
            items.append((first, [(number, first[bullet.groups] or "")]))
        elif not items:
            before.append((number, text))
        elif not text.strip() or text.startswith((" ", "\t")):
            items[-1][1].append((number, text.strip() if not fenced else text.removeprefix("  ")))
        else:
            return before, items, part.lines[at:]
    return before, items, []


def _item(lines: Sequence[tuple[int, str]], trouble: Trouble) -> str:
    found = blocks(lines)
    if not found:
        trouble.add(lines[0][0], "an empty item in the list", "- its text")
    return tried(found, trouble)


def _required(part: Field, lines: Lines, trouble: Trouble) -> str:
    found = blocks(lines)
    if not found:
        trouble.add(part.line, f"{part.label}: without a question before its list", f"{part.label}: the question")
    return tried(found, trouble)
