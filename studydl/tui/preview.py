"""A card on the terminal exactly as the study screen draws it, before and after the answer; for its author."""

from __future__ import annotations

from collections.abc import Iterator

from rich.console import Console, Group, RenderableType
from rich.rule import Rule

from studydl.answers.verdicts import Outcome, Verdict
from studydl.decks.items import items
from studydl.decks.model import Card, Deck, Skill
from studydl.memory.model import Phase
from studydl.study.question import from_card
from studydl.study.view import Form, Left, Question, Stage, View
from studydl.tui.widgets import pages
from studydl.tui.widgets.look import Look
from studydl.tui.widgets.rendering import plain, spaced

WIDEST = 100


def show(deck: Deck, card: Card) -> None:
    """Print a card, each deletion of a cloze on its own.

    Args:
        deck: the card's deck.
        card: the card.
    """
    console = Console(highlight=False)
    console.print(Group(*drawn(deck, card, Look())), width=min(console.width, WIDEST))


def drawn(deck: Deck, card: Card, look: Look) -> Iterator[RenderableType]:
    """Yield what the screen shows while it asks and after the answer.

    Args:
        deck: the card's deck.
        card: the card; of a skill only its family is told, since its questions are problems.
        look: the colors.
    """
    if isinstance(card.body, Skill):
        yield plain(f"Fresh problems of {card.body.family}: studydl problems show {card.body.family}")
        return
    for item in items(deck):
        if item.card_id == card.id:
            question = from_card(card, item.key, deck.title, Phase.NEW, item.key, item.digest)
            yield from both_sides(question, look)


def both_sides(question: Question, look: Look, note: str = "", *, code: bool = True) -> Iterator[RenderableType]:
    """Yield what the screen shows of a question while it asks, and after the answer.

    Args:
        question: no problem.
        look: the colors.
        note: the learner's own words on the card; may be empty.
        code: with the code that proves it.
    """
    asking = View(Stage.ASKING, question, Left(new=1))
    yield spaced([pages.prompt(asking, look), *_listed(question, look)])
    yield Rule(style=look.dim)
    if question.form is Form.CHOICE:
        right = Verdict(Outcome.CORRECT, read_as=question.answer)
        after = View(Stage.VERDICT, question, Left(new=1), text=question.answer, verdict=right, note=note)
        yield pages.prompt(after, look)
    else:
        after = View(Stage.REVEALED, question, Left(new=1), note=note)
    solution = pages.solution(after, look, steps=True, code=code)
    if solution is not None:
        yield Group("", solution, "")


def _listed(question: Question, look: Look) -> Iterator[RenderableType]:
    if question.form is Form.CHOICE:
        yield Group(*(pages.option(i, text, look, None) for i, text in enumerate(question.options)))
    elif question.form is Form.POINTS:
        yield Group(*(pages.option(i, text, look, False) for i, text in enumerate(question.points)))
