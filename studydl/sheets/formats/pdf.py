"""A document as PDF, set by Typst."""

from __future__ import annotations

from studydl.errors import UsageError
from studydl.sheets.document import Block, Document, Fields, Grid, Part, Question, Solution, Words, letter
from studydl.text.markup.typst import escaped, typst
from studydl.text.math.typst import quoted

_SETTINGS = """
#set text(font: ("Libertinus Serif", "Noto Serif CJK SC", "Noto Sans CJK SC"), size: 11pt, lang: "en")
#set par(justify: false, leading: 0.7em, spacing: 0.9em)
#set smartquote(enabled: false)
#set enum(indent: 0.3em)
#show raw: set text(size: 9.5pt)
#show math.equation.where(block: false): math.display
#let dim(body) = text(fill: luma(35%), size: 9.5pt, body)
#let item(body) = block(breakable: false, width: 100%, above: 1.6em, below: 1.6em, body)
#let blank(width) = box(width: width, stroke: (bottom: 0.5pt + luma(45%)), outset: (bottom: 2pt))[]
#let tick = box(width: 0.75em, height: 0.75em, stroke: 0.6pt, baseline: 0.05em)
#let part(number, heading, mark, body) = {
  let end = label("end-" + str(number))
  set page(
    paper: "a4", margin: (x: 2.1cm, top: 2.2cm, bottom: 2cm),
    header: dim[#heading #h(1fr) #mark],
    footer: context dim[#h(1fr) #counter(page).display() / #counter(page).at(end).first()],
  )
  counter(page).update(1)
  text(size: 15pt, weight: "bold", heading)
  v(0.4em)
  body
  [#metadata(none) #end]
}
"""


def pdf(document: Document) -> bytes:
    """Set a document on A4 pages; each part counts its own.

    Raises:
        UsageError: typst is not installed.
    """
    try:
        import typst as engine
    except ImportError as error:
        raise UsageError(
            "a PDF needs typst, which is not installed",
            "pip install 'studydl[print]', or write .html and print it from a browser.",
        ) from error
    return bytes(engine.compile(source(document).encode(), timestamp=0))


def source(document: Document) -> str:
    """Write a document in Typst's own language."""
    head = f"#set document(title: {quoted(document.title)}, author: (), date: none)"
    parts = [_part(number, part) for number, part in enumerate(document.parts)]
    return "\n".join([head, _SETTINGS, *parts])


def _part(number: int, part: Part) -> str:
    blocks = "\n\n".join(map(_block, part.blocks))
    return f"#part({number}, [{escaped(part.heading)}], [{escaped(part.mark)}])[\n{blocks}\n]"


def _block(block: Block) -> str:
    match block:
        case Question():
            return f"#item[\n{_question(block)}\n]"
        case Solution():
            return f"#item[\n{_solution(block)}\n]"
        case Grid(head, rows):
            first = ", ".join(f"[*{escaped(cell)}*]" for cell in head)
            cells = ", ".join(f"[{escaped(cell)}]" for row in rows for cell in row)
            rules = "stroke: (bottom: 0.4pt + luma(60%)), inset: (x: 0.5em, y: 0.35em)"
            return f"#text(size: 9.5pt, table(columns: {len(head)}, {rules}, table.header({first}), {cells}))"
        case Words(text):
            return typst(text)
        case Fields(pairs):
            written = (escaped(value) or "#blank(6cm)" for _, value in pairs)
            spans = (f"{escaped(label)}: {w}" for (label, _), w in zip(pairs, written, strict=True))
            return " #h(1fr) ".join(spans) + "\n\n#v(0.6em)"


def _question(question: Question) -> str:
    points = f" #dim[({escaped(question.points)})]" if question.points else ""
    parts = [f"*Question {question.number}*{points}", typst(question.text)]
    if question.notes:
        parts.append(f"#dim[({'; '.join(map(typst, question.notes))})]")
    if question.options:
        listed = (f"[#tick], [{letter(i)})], [{typst(text)}]" for i, text in enumerate(question.options))
        parts.append(f"#grid(columns: 3, column-gutter: 0.6em, row-gutter: 0.7em, {', '.join(listed)})")
    if question.room:
        parts.append(f"#v({question.room * 0.65}cm)")
    if question.asked:
        parts.append(f"Answer #dim[({escaped(question.asked)})]: #blank(6cm)")
    if question.id:
        parts.append(f"#dim[#raw({quoted(question.id)})]")
    return "\n\n".join(parts)


def _solution(solution: Solution) -> str:
    parts = [f"*{solution.number}. {escaped(solution.title)}*", typst(solution.text)]
    parts.append(f"*Answer:* {typst(solution.answer)}")
    if solution.steps:
        parts.append(f"#enum({', '.join(f'[{typst(step)}]' for step in solution.steps)})")
    parts += [typst(solution.remark)] if solution.remark else []
    if solution.mistakes:
        rows = ", ".join(f"[{escaped(value)}], [{escaped(name)}]" for value, name in solution.mistakes)
        table = f"grid(columns: 2, column-gutter: 1em, row-gutter: 0.5em, {rows})"
        parts.append(f"#dim[Predictable mistakes: #v(0.2em) #{table}]")
    parts += [f"#dim[{escaped(note)}]" for note in solution.notes]
    return "\n\n".join(parts)
