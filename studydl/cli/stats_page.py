"""The statistics as one HTML file that needs nothing else: no script, no font, no picture from elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from studydl.study.statistics.figures import DAYS_A_WEEK, WEEKS, Statistics
from studydl.study.statistics.share import Share
from studydl.study.statistics.words import (
    NEW_LEARNER,
    SECTIONS,
    Section,
    bounds_text,
    calibration_text,
    date_of,
    habit_text,
    is_empty,
    percent,
    seconds_text,
    share_text,
    verdict,
)
from studydl.text.safe import safe_text
from studydl.tui.widgets.plots import levels

STYLE = """
:root { color-scheme: light dark; --ink: #1a1a1a; --dim: #666; --paper: #fff; --line: #ddd; --bar: #2f7d4f; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e8e8e8; --dim: #a0a0a0; --paper: #161616; --line: #3a3a3a; --bar: #5fbf85; }
}
body { font: 16px/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper);
  max-width: 54rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.5rem; } h2 { font-size: 1.15rem; margin: 2rem 0 0; }
p.says { color: var(--dim); margin: 0 0 .6rem; }
table { border-collapse: collapse; } td, th { padding: .15rem .8rem .15rem 0; text-align: left; font-weight: normal; }
th { color: var(--dim); } td.number { text-align: right; font-variant-numeric: tabular-nums; }
.bar { position: relative; width: 12rem; height: .8rem; background: var(--line); border-radius: 2px; }
.bar i { display: block; height: 100%; background: var(--bar); border-radius: 2px; }
.bar b { position: absolute; top: -.15rem; width: 2px; height: 1.1rem; background: var(--ink); }
svg { max-width: 100%; height: auto; } svg text { fill: var(--dim); font-size: 10px; }
.none { fill: var(--line); } .day { fill: var(--bar); }
"""
SHADES = (0.3, 0.53, 0.76, 1.0)
CELL, STEP = 11, 13  # pixels of a square of the calendar, and from one to the next


def page(seen: Statistics) -> str:
    """Return the whole page."""
    head = f"{seen.answers:,} answers in study up to {date_of(seen.today).isoformat()}" if seen.answers else NEW_LEARNER
    body = "\n".join(_section(which, seen) for which in SECTIONS)
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>studydl: statistics</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>Statistics</h1>\n<p>{escape(head)}</p>\n{body}\n</body>\n</html>\n"
    )


def _section(which: Section, seen: Statistics) -> str:
    says, drawn = (which.empty, "") if is_empty(which.name, seen) else (which.says, _DRAWN[which.name](seen))
    heading = f'<section id="{which.name}">\n<h2>{escape(which.title)}</h2>\n<p class="says">{escape(says)}</p>'
    return f"{heading}\n{drawn}\n</section>"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """Return a table; its cells are HTML."""
    lines = ["<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>"]
    lines += ["<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows]
    return "<table>\n" + "\n".join(lines) + "\n</table>"


def _bar(value: float | None, mark: float | None = None) -> str:
    marked = "" if mark is None else f'<b style="left:{100 * mark:.1f}%"></b>'
    return f'<div class="bar"><i style="width:{100 * (value or 0):.1f}%"></i>{marked}</div>'


def _text(text: str) -> str:
    return escape(safe_text(text))


def _share(share: Share) -> str:
    return share_text(share) if share.of else "none yet"


def _retention(seen: Statistics) -> str:
    found = seen.retention
    rows = (
        (name, _bar(share.rate, seen.aim), _share(share), bounds_text(share) if share.of else "")
        for name, share in (("all", found.total), ("young", found.young), ("mature", found.mature))
    )
    return _table(("cards", f"aim {percent(seen.aim)}", "remembered", "95% sure between"), rows)


def _decks(seen: Statistics) -> str:
    rows = (
        (
            _text(deck.title),
            _bar(deck.retention.total.rate),
            _share(deck.retention.total),
            _share(deck.retention.young),
            _share(deck.retention.mature),
        )
        for deck in seen.decks
    )
    return _table(("deck", "", "remembered", "young", "mature"), rows)


def _calibration(seen: Statistics) -> str:
    rows = (
        (
            f"{100 * each.low:.0f}-{100 * each.high:.0f}%",
            _bar(each.recalled.rate, each.predicted),
            percent(each.predicted),
            _share(each.recalled),
            verdict(each),
        )
        for each in seen.calibration.bins
    )
    table = _table(("chance", "", "predicted, the mark", "remembered, the bar", ""), rows)
    return f"<p>{escape(calibration_text(seen))}</p>\n{table}"


def _forecast(seen: Statistics) -> str:
    top, height, width = max(seen.forecast), 100, 18
    drawn = []
    for after, due in enumerate(seen.forecast):
        tall = height * due / top
        day = date_of(seen.today + after)
        if due:
            drawn.append(
                f'<rect class="day" x="{after * width}" y="{height - tall:.1f}" width="{width - 3}"'
                f' height="{tall:.1f}"><title>{day.isoformat()}: {due:,}</title></rect>'
            )
        if after % DAYS_A_WEEK == 0:
            drawn.append(f'<text x="{after * width}" y="{height + 14}">{day:%d %b}</text>')
    total = f"<p>Today {seen.forecast[0]:,}, all 30 days {sum(seen.forecast):,}.</p>"
    return f"{_svg(len(seen.forecast) * width, height + 18, drawn, 'Cards due a day')}\n{total}"


def _calendar(seen: Statistics) -> str:
    counts = dict(seen.calendar)
    bounds = levels(list(counts.values()))
    drawn = []
    for day in range(seen.first_day, seen.today + 1):
        week, weekday = divmod(day - seen.first_day, DAYS_A_WEEK)
        count, on = counts.get(day, 0), date_of(day)
        style = "none" if not count else "day"
        opacity = SHADES[sum(count > bound for bound in bounds)] if count else 1.0
        drawn.append(
            f'<rect class="{style}" opacity="{opacity}" x="{week * STEP}" y="{14 + weekday * STEP}" width="{CELL}"'
            f' height="{CELL}" rx="2"><title>{on.isoformat()}: {count:,}</title></rect>'
        )
        if on.day == 1:
            drawn.append(f'<text x="{week * STEP}" y="9">{on:%b}</text>')
    picture = _svg(WEEKS * STEP + 20, 14 + DAYS_A_WEEK * STEP, drawn, "Answers a day")
    return f"{picture}\n<p>{sum(counts.values()):,} answers on {len(counts):,} days.</p>"


def _svg(width: int, height: int, drawn: Iterable[str], name: str) -> str:
    inside = "".join(drawn)
    size = f'viewBox="0 0 {width} {height}" width="{width}" height="{height}"'
    return f'<svg {size} role="img" aria-label="{escape(name)}">{inside}</svg>'


def _times(seen: Statistics) -> str:
    slowest = max(each.median_ms for each in seen.times) or 1
    rows = (
        (
            each.kind,
            _bar(each.median_ms / slowest),
            seconds_text(each.median_ms),
            seconds_text(each.lower_ms),
            seconds_text(each.upper_ms),
            f"{each.answers:,}",
        )
        for each in sorted(seen.times, key=lambda each: -each.median_ms)
    )
    return _table(("kind", "", "half", "a quarter", "three quarters", "answers"), rows)


def _topics(seen: Statistics) -> str:
    rows = (
        (
            _text(topic.name),
            _bar(topic.mastered / len(topic.skills)),
            f"{topic.mastered} of {len(topic.skills)}",
            _text(", ".join(skill.family for skill in topic.skills if skill.begun)),
        )
        for topic in seen.topics
        if topic.mastered + topic.begun
    )
    return _table(("topic", "", "mastered", "once, due again a week later"), rows)


def _habits(seen: Statistics) -> str:
    rows = (
        (
            _text(habit.name),
            _text(habit.family),
            escape(habit_text(habit, seen.today)),
            "overcome" if habit.overcome else "",
        )
        for habit in seen.habits
    )
    return _table(("mistake", "family", "", ""), rows)


def _accuracy(seen: Statistics) -> str:
    rows = (
        (each.mode, str(each.level), _bar(each.right.rate), _share(each.right), percent(each.unaided.rate))
        for each in seen.accuracy
    )
    return _table(("mode", "level", "", "right", "without help"), rows)


_DRAWN: dict[str, Callable[[Statistics], str]] = {
    "retention": _retention,
    "decks": _decks,
    "calibration": _calibration,
    "forecast": _forecast,
    "calendar": _calendar,
    "times": _times,
    "topics": _topics,
    "habits": _habits,
    "accuracy": _accuracy,
}
