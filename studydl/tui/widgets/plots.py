"""Plots of block characters: they say the same without colors. Plain strings; whoever shows them adds the color."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

EIGHTHS = " ▁▂▃▄▅▆▇█"
PARTS = " ▏▎▍▌▋▊▉"
SHADES = "·░▒▓█"  # no answer, then four levels
MARK = "│"
WEEKDAYS = ("Mon", "", "Wed", "", "Fri", "", "")
GUTTER = 4  # cells for the names of the weekdays


def bar(value: float, width: int, mark: float | None = None) -> str:
    """Draw a share as a bar, to an eighth of a cell; what is left is dotted.

    Args:
        value: 0 to 1.
        width: cells, at least 1.
        mark: another share to mark, 0 to 1.
    """
    eighths = round(min(max(value, 0.0), 1.0) * width * 8)
    full, part = divmod(eighths, 8)
    drawn = ("█" * full + (PARTS[part] if part else "")).ljust(width, "·")
    if mark is None:
        return drawn
    place = min(int(min(max(mark, 0.0), 1.0) * width), width - 1)
    return f"{drawn[:place]}{MARK}{drawn[place + 1 :]}"


def columns(counts: Sequence[int], height: int, cells: int = 1) -> list[str]:
    """Draw counts as upright bars, to an eighth of a row; a count above zero has at least the lowest bar.

    Args:
        counts: at least one.
        height: rows, at least 1.
        cells: cells for each, the last one empty if there are several.

    Returns:
        Lines, the highest first.
    """
    top = max(counts) or 1
    levels = [-(-count * height * 8 // top) for count in counts]
    piece = max(1, cells - 1)
    return [
        "".join((EIGHTHS[min(max(level - 8 * row, 0), 8)] * piece).ljust(cells) for level in levels).rstrip()
        for row in reversed(range(height))
    ]


def levels(counts: Sequence[int]) -> tuple[int, int, int]:
    """Return the greatest counts of the three lower shades: quarters of the days with any."""
    ordered = sorted(count for count in counts if count)
    if not ordered:
        return 0, 0, 0
    first, second, third = (ordered[-(-len(ordered) * quarter // 4) - 1] for quarter in (1, 2, 3))
    return first, second, third


def shade(count: int, bounds: tuple[int, int, int]) -> str:
    """Return the square of a day."""
    return SHADES[1 + sum(count > bound for bound in bounds)] if count else SHADES[0]


def heatmap(counts: Mapping[date, int], today: date, width: int, weeks: int = 53) -> list[str]:
    """Draw a calendar: a column for each week, a row for each day of the week, Monday first.

    Args:
        counts: by day.
        today: the last day drawn.
        width: cells there are, at least 5.
        weeks: at most so many, this one last.

    Returns:
        A line of months, seven of days.
    """
    shown = min(weeks, width - GUTTER)
    start = today - timedelta(days=today.weekday(), weeks=shown - 1)
    bounds = levels(list(counts.values()))
    lines = [" " * GUTTER + _months(start, shown)]
    for weekday, name in enumerate(WEEKDAYS):
        days = [start + timedelta(days=weekday, weeks=week) for week in range(shown)]
        squares = "".join(shade(counts.get(day, 0), bounds) if day <= today else " " for day in days)
        lines.append(f"{name:<{GUTTER}}{squares}".rstrip())
    return lines


def legend(counts: Sequence[int]) -> str:
    """Say what the squares of a heatmap mean."""
    parts, least = [f"{SHADES[0]} none"], 1
    bounds = levels(counts)
    for sign, bound in zip(SHADES[1:], (*bounds, max(counts, default=0)), strict=True):
        if bound >= least:
            parts.append(f"{sign} {least}" if bound == least else f"{sign} {least}-{bound}")
            least = bound + 1
    return "  ".join(parts)


def _months(start: date, weeks: int) -> str:
    """Return the names of the months above the weeks in which they begin, where there is room."""
    mondays = [start + timedelta(weeks=week) for week in range(weeks)]
    begins = [week for week, monday in enumerate(mondays) if monday.day <= 7]
    if not begins or begins[0] > 3:
        begins.insert(0, 0)
    line = ""
    for week in begins:
        if week + 3 <= weeks:
            line = f"{line:<{week}}{mondays[week]:%b}"
    return line


def squares(done: int, begun: int, total: int) -> str:
    """Draw how many of a few things are done: a full square each, a half one for those begun."""
    return "■" * done + "◧" * begun + "□" * (total - done - begun)
