"""Makes the question a learner sees from a card's content or from a drawn problem."""

from __future__ import annotations

from random import Random

from studydl.answers import kinds
from studydl.answers.values import describe
from studydl.decks.cloze import hide
from studydl.decks.items import deletion_index
from studydl.decks.model import Basic, Card, Choice, Claim, Cloze, Points, Skill
from studydl.memory.model import Phase
from studydl.problems.model import Problem
from studydl.study.keys import COMPLETION, EXAMPLE
from studydl.study.view import Form, Question
from studydl.text.markup import verbatim

TRUE, FALSE = "True", "False"
GAP = r"\[ … \]"  # not bold: emphasis neither begins nor ends within a word, and Chinese has no spaces


def from_problem(problem: Problem, key: str, deck: str, phase: Phase) -> Question:
    """Return the question a drawn problem asks.

    Args:
        problem: the problem.
        key: key of the skill's level, or a practice key; those of a lesson show steps.
        deck: title of the deck, or the topic in practice.
        phase: the level's phase before this answer.
    """
    hints = problem.steps[:-1]
    given: tuple[str, ...] = ()
    form, asked, notice = Form.TYPED, describe(problem.answer.kind), ""
    if key.endswith(COMPLETION):
        given, hints, notice = hints, (), "Other numbers. The last step is yours."
    elif key.endswith(EXAMPLE):
        form, asked, hints, notice = Form.EXAMPLE, "", problem.steps, "A new skill: read how it goes, step by step."
    return Question(
        key=key,
        form=form,
        title=problem.title,
        deck=deck,
        prompt=problem.prompt,
        answer=verbatim(problem.answer.text),
        asked=asked,
        conventions=problem.conventions,
        options=tuple(map(verbatim, problem.answer.kind.options))
        if isinstance(problem.answer.kind, kinds.Choice)
        else (),
        given=given,
        hints=hints,
        steps=problem.steps,
        code=problem.code,
        source=problem.source,
        phase=phase,
        level=problem.level,
        problem_id=problem.id,
        notice=notice,
    )


def from_card(card: Card, key: str, deck: str, phase: Phase, seed: str, digest: str, notice: str = "") -> Question:
    """Return the question a card asks.

    Args:
        card: the card; not a skill, whose questions are problems.
        key: its key.
        deck: title of the deck.
        phase: the card's phase before this answer.
        seed: decides the order of options; another seed at each showing.
        digest: of the item, which says which deletion of a cloze is asked for.
        notice: what the learner should know before believing the answer; may be empty.
    """
    prompt, answer, form = "", "", Form.REVEAL
    options: tuple[str, ...] = ()
    points: tuple[str, ...] = ()
    explanation = card.explanation
    match card.body:
        case Basic(question, reply):
            prompt, answer = question, reply
        case Cloze() as body:
            index = deletion_index(body, digest) or 0
            prompt, answer = hide(body, index, GAP), body.deletions[index]
        case Choice(question, given):
            prompt, form = question, Form.CHOICE
            options = tuple(text for text, _ in Random(seed).sample(given, len(given)))
            answer = right_option(card)
        case Claim(statement, true, correction):
            prompt, form, options = f"True or false?\n\n{statement}", Form.CHOICE, (TRUE, FALSE)
            answer = TRUE if true else FALSE
            explanation = "\n\n".join(filter(None, (correction, explanation)))
        case Points(question, points):
            prompt, form = question, Form.POINTS
        case Skill(family):
            raise ValueError(f"a skill's questions are problems of {family}")
    return Question(
        key=key,
        form=form,
        title=card.title,
        deck=deck,
        prompt=prompt,
        answer=answer,
        options=options,
        explanation=explanation,
        points=points,
        code=card.evidence,
        source=card.source,
        phase=phase,
        notice=notice,
    )


def right_option(card: Card) -> str:
    """Return the text that answers a choice or claim card."""
    if isinstance(card.body, Claim):
        return TRUE if card.body.true else FALSE
    assert isinstance(card.body, Choice)
    return next(text for text, right in card.body.options if right)


def is_right(card: Card, option: str) -> bool:
    """Say whether this option of a choice or claim card is right."""
    if isinstance(card.body, Choice):
        return (option, True) in card.body.options
    return option == right_option(card)
