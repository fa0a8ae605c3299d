"""What stands on the pages of a set: the students' copies, and the key with its worked solutions."""

from __future__ import annotations

from studydl.answers.kinds import Choice
from studydl.answers.values import describe, display, parse_value
from studydl.problems.model import Problem
from studydl.sheets.document import Block, Document, Fields, Grid, Part, Question, Solution, Words, letter
from studydl.sheets.model import Copy, Item, Sheet, Slot, Theory
from studydl.text.markup import verbatim

ROOM = {1: 3, 2: 5, 3: 8}  # lines for work by level


def student_pages(sheet: Sheet, show_ids: bool = False) -> Document:
    """Return the students' copies: no answer, id or seed stands in them.

    Args:
        sheet: the set.
        show_ids: True writes each problem's id under it, for self-study: answers can be made from it.
    """
    return Document(sheet.blueprint.title, tuple(_student_part(sheet, copy, show_ids) for copy in sheet.copies))


def key_pages(sheet: Sheet) -> Document:
    """Return the key: the table that shows how alike the copies are, all answers, the worked solutions."""
    return Document(f"{sheet.blueprint.title}: key", key_parts(sheet))


def key_parts(sheet: Sheet) -> tuple[Part, ...]:
    """Return the parts of the key, to stand alone or behind the students' copies."""
    overview = Part(
        f"{sheet.blueprint.title}: key",
        "Key",
        (
            Words("Every copy asks the same, with its own numbers. Work is operations times digits, by hand."),
            _equality(sheet),
            Words("Answers"),
            _answers(sheet),
            Words(f"Seed {sheet.seed}. With it, or with the ids below, every answer can be made again."),
        ),
    )
    return (overview, *(_solutions(copy) for copy in sheet.copies))


def _student_part(sheet: Sheet, copy: Copy, show_ids: bool) -> Part:
    blueprint = sheet.blueprint
    minutes = (("Time", f"{blueprint.minutes} minutes"),) if blueprint.minutes else ()
    head = Fields((("Name", copy.name), ("Copy", copy.code), ("Points", f"{blueprint.points:g}"), *minutes))
    asked = [
        _question(number, slot, item, show_ids)
        for number, (slot, item) in enumerate(zip(blueprint.slots, copy.items, strict=True), 1)
    ]
    return Part(blueprint.title, copy.code, (head, *asked))


def _question(number: int, slot: Slot, item: Item, show_ids: bool) -> Question:
    points = f"{slot.points:g} point{'' if slot.points == 1 else 's'}"
    question = item.question
    if isinstance(question, Theory):
        room = 0 if question.options else {"points": 8, "basic": 3}.get(question.kind, 1)
        asked = "" if question.options else "your answer"
        return Question(number, points, question.prompt, (), question.options, asked, room)
    kind = question.answer.kind
    options = tuple(map(verbatim, kind.options)) if isinstance(kind, Choice) else ()
    return Question(
        number,
        points,
        question.prompt,
        question.conventions,
        options,
        "" if options else describe(kind),
        ROOM[question.level],
        question.id if show_ids else "",
    )


def _solutions(copy: Copy) -> Part:
    blocks: tuple[Block, ...] = tuple(_solution(number, item) for number, item in enumerate(copy.items, 1))
    name = f" ({copy.name})" if copy.name else ""
    return Part(f"Solutions of copy {copy.code}{name}", f"Key {copy.code}", blocks)


def _solution(number: int, item: Item) -> Solution:
    question = item.question
    answer = answer_markup(question)
    if isinstance(question, Theory):
        notes = (*([f"Source: {question.source}"] if question.source else []), f"Card {question.card}")
        return Solution(
            number, question.card, question.prompt, answer, question.points, remark=question.explanation, notes=notes
        )
    kind = question.answer.kind
    mistakes = tuple((display(kind, parse_value(kind, m.value)), m.name) for m in question.misconceptions)
    notes = (f"Source: {question.source}", question.id)
    return Solution(number, question.title, question.prompt, answer, question.steps, mistakes=mistakes, notes=notes)


def answer_markup(question: Problem | Theory) -> str:
    """Return the right answer as the key shows it; of a choice with its letter."""
    if isinstance(question, Theory):
        letters = ", ".join(letter(number - 1) for number in question.right)
        return f"{letters}: {question.answer}" if letters else question.answer or "the points below"
    kind, text = question.answer.kind, question.answer.text
    if isinstance(kind, Choice):
        return f"{letter(kind.options.index(text))}: {verbatim(text)}"
    return verbatim(text)


def _equality(sheet: Sheet) -> Grid:
    """Return the table that opens the key: one row a question, and the work of each copy."""
    rows = []
    for place, slot in enumerate(sheet.blueprint.slots):
        items = [copy.items[place] for copy in sheet.copies]
        work = sorted({item.work for item in items})
        spread = "-" if slot.card else str(work[0]) if len(work) == 1 else f"{work[0]} to {work[-1]}"
        asks = slot.card or slot.family
        rows.append(
            (
                str(place + 1),
                asks,
                "-" if slot.card else str(slot.level),
                items[0].branch or "-",
                spread,
                f"{slot.points:g}",
            )
        )
    return Grid(("question", "asks", "level", "branch", "work", "points"), tuple(rows))


def _answers(sheet: Sheet) -> Grid:
    head = ("copy", *(str(number) for number in range(1, len(sheet.blueprint.slots) + 1)))
    rows = tuple((copy.code, *(_short(item) for item in copy.items)) for copy in sheet.copies)
    if len(head) <= 9:
        return Grid(head, rows)
    listed = [(copy[0], str(number), answer) for copy in rows for number, answer in enumerate(copy[1:], 1)]
    return Grid(("copy", "question", "answer"), tuple(listed))


def _short(item: Item) -> str:
    question = item.question
    if isinstance(question, Theory):
        return ", ".join(letter(number - 1) for number in question.right) or "by hand"
    kind, text = question.answer.kind, question.answer.text
    return letter(kind.options.index(text)) if isinstance(kind, Choice) else text
