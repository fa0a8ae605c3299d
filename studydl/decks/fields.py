"""A card's lines, cut into its labeled fields."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from string import ascii_lowercase

from studydl.decks.lines import LABEL, LABELS, Fence, info
from studydl.decks.sections import Section
from studydl.decks.trouble import Trouble, quoted

EVIDENCE = "evidence"
_WORD = re.compile(r"([A-Za-z]+)[ \t]*[:：]")
_ALIASES = {"ans": "A", "answer": "A", "question": "Q", "cloze": "C", "claim": "T", "skill": "Practice"}


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
        label = None if inside else LABEL.match(text)
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
