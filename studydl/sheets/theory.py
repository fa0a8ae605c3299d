"""Cards as questions on paper."""

from __future__ import annotations

from studydl.decks import cloze
from studydl.decks.model import Basic, Card, Choice, Claim, Cloze, Points, Skill
from studydl.errors import UsageError
from studydl.problems.draw import Draw
from studydl.sheets.model import Theory

BLANK = r"\_\_\_\_\_\_\_\_"


def theory(card: Card, name: str, seed: str, copy: int) -> Theory:
    """Return the question a card asks on paper.

    Args:
        card: the card.
        name: ``deck/card-id``.
        seed: decides which deletion of a cloze is asked for, in all copies, and the order of options in each.
        copy: of the set, from 0.

    Raises:
        UsageError: the card is a skill, whose questions are problems of its family.
    """
    options: tuple[str, ...] = ()
    right: tuple[int, ...] = ()
    points: tuple[str, ...] = ()
    explanation = card.explanation
    match card.body:
        case Basic(prompt, answer):
            pass
        case Cloze(_, deletions) as body:
            index = Draw(f"theory:{seed}").integer(0, len(deletions) - 1)
            prompt, answer = cloze.hide(body, index, BLANK), deletions[index]
        case Choice(prompt, given):
            shuffled = Draw(f"theory:{seed}:{copy}").shuffled(given)
            options = tuple(text for text, _ in shuffled)
            right = tuple(number for number, (_, is_right) in enumerate(shuffled, 1) if is_right)
            answer = "; ".join(text for text, is_right in shuffled if is_right)
        case Claim(statement, true, correction):
            prompt, options = f"True or false? {statement}", ("True", "False")
            right, answer = (1 if true else 2,), "True" if true else "False"
            explanation = "\n\n".join(filter(None, (correction, explanation)))
        case Points(prompt, points):
            answer = ""
        case Skill(family):
            raise UsageError(f"{name} is a skill", f'Ask for its problems: family = "{family}".')
    return Theory(name, card.kind, prompt, options, right, answer, points, explanation, card.source)
