"""A card from its labeled fields."""

from __future__ import annotations

import ast
import warnings

from studydl.decks.bodies import read_body
from studydl.decks.fields import EVIDENCE, Field, fields
from studydl.decks.lines import Block, blocks
from studydl.decks.markup import too_long, tried
from studydl.decks.model import Card
from studydl.decks.sections import ID, Section
from studydl.decks.trouble import Trouble, quoted


def read_card(section: Section, trouble: Trouble) -> Card | None:
    """Return the card of one section, or None after noting what is wrong with it.

    Args:
        section: the card's lines.
        trouble: takes the errors.
    """
    before = trouble.count
    found: dict[str, Field] = {}
    for part in fields(section, trouble):
        if part.label in found:
            name = EVIDENCE if part.label == EVIDENCE else f"{part.label}:"
            trouble.add(part.line, f"a second {name} in one card", "a card has one of each; start another card")
        elif not part.text.strip():
            hint = f"{part.label}: followed by its text" if part.label != EVIDENCE else "at least one assert"
            trouble.add(part.line, f"{part.label} is empty", hint)
        found.setdefault(part.label, part)
    if trouble.count > before or not (made := read_body(section, found, trouble)):
        return None
    body, rest = made
    explanation = tried(rest, trouble)
    evidence = found.get(EVIDENCE)
    card = Card(
        id=section.id,
        title=section.title,
        body=body,
        explanation=explanation,
        evidence=_evidence(evidence, trouble) if evidence else "",
        source=_one_line(found.get("source"), trouble),
        after=_ids(found.get("after"), trouble),
        contrast=_tag(found.get("contrast"), trouble),
        line=section.line,
        evidence_line=evidence.line + 1 if evidence else 0,
    )
    return card if trouble.count == before else None


def after_of(section: Section) -> tuple[str, ...]:
    """Return the ids of what a card comes after, without reading the rest of it.

    Args:
        section: the card's lines; what is wrong with them is passed over.
    """
    if not any(text.startswith("after:") for _, text in section.lines):
        return ()
    quiet = Trouble("")
    return _ids(next((part for part in fields(section, quiet) if part.label == "after"), None), quiet)


def _evidence(part: Field, trouble: Trouble) -> str:
    """Return the code, after reading, not running, it: it must be Python with an assert that can fail."""
    start = part.line + 1
    if too_long(Block(start, part.text), trouble):
        return ""
    try:
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(part.text)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = error.lineno or 1 if isinstance(error, SyntaxError) else 1
        said = error.msg if isinstance(error, SyntaxError) else "nested too deep or unreadable"
        trouble.add(start + line - 1, f"the evidence is not Python: {said}", "Python that could stand in a file")
        return ""
    asserts = [node for node in ast.walk(tree) if isinstance(node, ast.Assert)]
    if not asserts:
        trouble.add(part.line, "the evidence has no assert", "assert what the answer says")
    for node in asserts:
        if isinstance(node.test, ast.Tuple | ast.Constant) and (isinstance(node.test, ast.Tuple) or node.test.value):
            trouble.add(start + node.lineno - 1, "this assert is always true", "assert value == expected")
    return part.text


def _one_line(part: Field | None, trouble: Trouble) -> str:
    if part is None:
        return ""
    first, *rest = blocks(part.lines)
    if rest:
        message = f"{quoted(rest[0].text)} belongs to no field"
        trouble.add(rest[0].line, message, f"{part.label}: is one line; explanations stand before it")
    return " ".join(first.text.split())


def _ids(part: Field | None, trouble: Trouble) -> tuple[str, ...]:
    names = tuple(name.strip() for name in _one_line(part, trouble).split(",")) if part else ()
    for name in names:
        if part and not ID.fullmatch(name):
            trouble.add(part.line, f"after: {quoted(name)} is no card id", "after: conv-output, conv-floor")
    return tuple(dict.fromkeys(names))


def _tag(part: Field | None, trouble: Trouble) -> str:
    tag = _one_line(part, trouble)
    if part and not ID.fullmatch(tag):
        trouble.add(part.line, f"contrast: {quoted(tag)} is no tag", "contrast: rounding")
    return tag
