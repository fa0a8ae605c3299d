"""A document as Markdown."""

from __future__ import annotations

from studydl.sheets.document import Block, Document, Fields, Grid, Part, Question, Solution, Words, letter
from studydl.text.markup.markdown import escaped, markdown

LINE = r"\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_\_"


def markdown_page(document: Document) -> str:
    """Write a document as one Markdown file; its parts are set apart by ruled lines."""
    return "\n\n---\n\n".join(map(_part, document.parts)) + "\n"


def _part(part: Part) -> str:
    return "\n\n".join([f"# {escaped(part.heading)}", *map(_block, part.blocks)])


def _block(block: Block) -> str:
    match block:
        case Question():
            return _question(block)
        case Solution():
            return _solution(block)
        case Grid(head, rows):
            lines = ["| " + " | ".join(map(escaped, row)) + " |" for row in (head, *rows)]
            return "\n".join([lines[0], "|" + " --- |" * len(head), *lines[1:]])
        case Words(text):
            return markdown(text)
        case Fields(pairs):
            return "  \n".join(f"{escaped(label)}: {escaped(value) or LINE}" for label, value in pairs)


def _question(question: Question) -> str:
    points = f" ({escaped(question.points)})" if question.points else ""
    parts = [f"**Question {question.number}**{points}", markdown(question.text)]
    parts += [f"*({'; '.join(map(markdown, question.notes))})*"] if question.notes else []
    if question.options:
        parts.append("\n".join(f"- [ ] {letter(i)}) {markdown(text)}" for i, text in enumerate(question.options)))
    if question.asked:
        parts.append(f"Answer ({escaped(question.asked)}): {LINE}")
    if question.id:
        parts.append(f"`{question.id}`")
    return "\n\n".join(parts)


def _solution(solution: Solution) -> str:
    parts = [f"## {solution.number}. {escaped(solution.title)}", markdown(solution.text)]
    parts.append(f"**Answer:** {markdown(solution.answer)}")
    if solution.steps:
        parts.append("\n".join(f"{n}. {markdown(step)}" for n, step in enumerate(solution.steps, 1)))
    parts += [markdown(solution.remark)] if solution.remark else []
    if solution.mistakes:
        rows = "\n".join(f"- {escaped(value)}: {escaped(name)}" for value, name in solution.mistakes)
        parts.append(f"Predictable mistakes:\n\n{rows}")
    return "\n\n".join([*parts, *map(escaped, solution.notes)])
