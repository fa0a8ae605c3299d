"""A card as text: what a learner is asked, and behind it the answer."""

from __future__ import annotations

from studydl.decks import cloze
from studydl.decks.model import Basic, Card, Choice, Claim, Cloze, Points, Skill
from studydl.text.markup import plain
from studydl.text.safe import safe_text


def page(card: Card) -> str:
    """Return a card with its answer, as plain text that is safe to print.

    Args:
        card: the card.
    """
    asked, answer = _sides(card)
    evidence = "\n".join(f"    {line}" for line in card.evidence.splitlines())
    parts = [
        f"{card.title} ({card.id}, {card.kind})",
        asked,
        answer,
        plain(card.explanation),
        f"Source: {card.source}" if card.source else "",
        f"Evidence:\n{evidence}" if evidence else "",
        f"After: {', '.join(card.after)}" if card.after else "",
    ]
    return safe_text("\n\n".join(part for part in parts if part))


def _sides(card: Card) -> tuple[str, str]:
    match card.body:
        case Basic(question, answer):
            return plain(question), _answer(answer)
        case Cloze(_, deletions) as body:
            asked = [plain(cloze.hide(body, index)) for index in range(len(deletions))]
            return "\n".join(asked), _answer("; ".join(deletions))
        case Choice(question, options):
            listed = [f"{number}. {plain(text)}" for number, (text, _) in enumerate(options, start=1)]
            right = "; ".join(text for text, is_right in options if is_right)
            return f"{plain(question)}\n\n" + "\n".join(listed), _answer(right)
        case Claim(statement, true, correction):
            said = "True." if true else "False."
            return f"True or false? {plain(statement)}", f"Answer: {said} {plain(correction)}".rstrip()
        case Points(question, points):
            return plain(question), "\n".join(["Points:", *(f"- {plain(point)}" for point in points)])
        case Skill(family):
            return f"Fresh problems of {family}", f"See one: studydl problems show {family}"


def _answer(markup: str) -> str:
    text = plain(markup)
    return f"Answer:\n{text}" if "\n" in text else f"Answer: {text}"
