"""A document as one self-contained HTML page that prints well."""

from __future__ import annotations

from html import escape

from studydl.sheets.document import Block, Document, Fields, Grid, Part, Question, Solution, Words, letter
from studydl.text.markup.html import html

_STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --paper: #fff; --dim: #666; --line: #bbb; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e6e6; --paper: #181818; --dim: #999; --line: #555; } }
@media print { :root { --ink: #000; --paper: #fff; --dim: #555; --line: #aaa; } }
@page { size: A4; margin: 18mm 18mm 20mm; @bottom-right { content: counter(page); } }
* { box-sizing: border-box; }
body { font: 11.5pt/1.5 Georgia, "Noto Serif", serif; color: var(--ink); background: var(--paper);
  max-width: 46rem; margin: 2rem auto; padding: 0 1.5rem; }
.part + .part { break-before: page; border-top: 1px solid var(--line); margin-top: 3rem; padding-top: 2rem; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0 0 1rem; display: flex; justify-content: space-between; gap: 1rem; }
h1 .mark { font: 1rem/1.5 ui-monospace, monospace; color: var(--dim); }
h2 { font-size: 1.05rem; margin: 0 0 .4rem; }
.fields { display: flex; flex-wrap: wrap; gap: .4rem 2rem; margin-bottom: 2rem; }
.fields .blank { display: inline-block; min-width: 12rem; border-bottom: 1px solid var(--line); }
.item { break-inside: avoid; margin: 0 0 2rem; }
.item p { margin: .3rem 0; }
.points { font-weight: normal; color: var(--dim); }
.notes, .small { color: var(--dim); font-size: .9em; }
.options { list-style: none; padding: 0; margin: .5rem 0; }
.options li { margin: .2rem 0; display: flex; gap: .5rem; align-items: baseline; }
.options li > p { margin: 0; }
.options .box { display: inline-block; width: .8em; height: .8em; border: 1px solid var(--ink); flex: none; }
.answer { display: flex; gap: .6rem; align-items: baseline; margin-top: .6rem; }
.answer .line { flex: 1; border-bottom: 1px solid var(--line); }
.steps { margin: .5rem 0; padding-left: 1.6rem; }
table { border-collapse: collapse; margin: .8rem 0; font-size: .92em; }
th, td { border-bottom: 1px solid var(--line); padding: .25rem .7rem .25rem 0; text-align: left; vertical-align: top; }
code, pre { font: .9em/1.4 ui-monospace, "DejaVu Sans Mono", monospace; }
pre { white-space: pre-wrap; }
math { font-size: 1.05em; math-style: normal; }
.notes p { display: inline; }
@media print {
  body { max-width: none; margin: 0; padding: 0; }
  .part + .part { border: 0; margin: 0; padding: 0; }
}
"""


def html_page(document: Document) -> str:
    """Write a document as one HTML file without scripts, fonts or pictures of its own."""
    parts = "\n".join(map(_part, document.parts))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(document.title)}</title>\n<style>{_STYLE}</style>\n</head>\n<body>\n{parts}\n</body>\n</html>\n"
    )


def _part(part: Part) -> str:
    mark = f'<span class="mark">{escape(part.mark)}</span>' if part.mark else ""
    blocks = "\n".join(map(_block, part.blocks))
    return f'<section class="part">\n<h1><span>{escape(part.heading)}</span>{mark}</h1>\n{blocks}\n</section>'


def _block(block: Block) -> str:
    match block:
        case Question():
            return _question(block)
        case Solution():
            return _solution(block)
        case Grid(head, rows):
            first = "".join(f"<th>{escape(cell)}</th>" for cell in head)
            rest = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
            return f"<table><thead><tr>{first}</tr></thead><tbody>{rest}</tbody></table>"
        case Words(text):
            return html(text)
        case Fields(pairs):
            written = (escape(value) or '<span class="blank">&nbsp;</span>' for _, value in pairs)
            spans = (f"<span>{escape(label)}: {w}</span>" for (label, _), w in zip(pairs, written, strict=True))
            return f'<div class="fields">{"".join(spans)}</div>'


def _question(question: Question) -> str:
    points = f' <span class="points">({escape(question.points)})</span>' if question.points else ""
    parts = [f"<h2>Question {question.number}{points}</h2>", html(question.text)]
    if question.notes:
        parts.append(f'<div class="notes">({"; ".join(map(html, question.notes))})</div>')
    if question.options:
        box = '<span class="box"></span>'
        listed = (f"<li>{box}<span>{letter(i)})</span>{html(text)}</li>" for i, text in enumerate(question.options))
        parts.append(f'<ul class="options">{"".join(listed)}</ul>')
    if question.room:
        parts.append(f'<div style="height: {1.5 * question.room}em"></div>')
    if question.asked:
        label = f"<span>Answer ({escape(question.asked)}):</span>"
        parts.append(f'<div class="answer">{label}<span class="line"></span></div>')
    if question.id:
        parts.append(f'<p class="small"><code>{escape(question.id)}</code></p>')
    return f'<div class="item">{"".join(parts)}</div>'


def _solution(solution: Solution) -> str:
    parts = [f"<h2>{solution.number}. {escape(solution.title)}</h2>", html(solution.text)]
    parts.append(f'<div class="answer"><strong>Answer:</strong> {html(solution.answer)}</div>')
    if solution.steps:
        steps = "".join(f"<li>{html(step)}</li>" for step in solution.steps)
        parts.append(f'<ol class="steps">{steps}</ol>')
    parts += [html(solution.remark)] if solution.remark else []
    if solution.mistakes:
        rows = "".join(f"<tr><td>{escape(value)}</td><td>{escape(name)}</td></tr>" for value, name in solution.mistakes)
        parts.append(f'<p class="small">Predictable mistakes:</p><table class="small">{rows}</table>')
    parts += [f'<p class="small">{escape(note)}</p>' for note in solution.notes]
    return f'<div class="item">{"".join(parts)}</div>'
