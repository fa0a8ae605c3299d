"""The statistics as a page: each section with one line on what it says, then its plot."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len, set_cell_size
from rich.console import Group, RenderableType
from rich.text import Text

from studydl.study.statistics.figures import Statistics
from studydl.study.statistics.mastery import Topic
from studydl.study.statistics.share import Share
from studydl.study.statistics.words import (
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
from studydl.tui.widgets import plots
from studydl.tui.widgets.look import Look

BAR, LEAST_BAR = 20, 8  # cells of a bar where there is room, and where there is little
WIDE = 100  # cells from which a deck's mature cards stand beside all
FORECAST_HEIGHT = 5
SHOWN_HABITS = 10  # the rest is only counted


def section(which: Section, seen: Statistics, look: Look, width: int) -> RenderableType:
    """Draw one section.

    Args:
        which: one of `SECTIONS`.
        seen: the figures.
        look: styles.
        width: cells there are, at least 40.
    """
    title = Text(which.title, "bold")
    if is_empty(which.name, seen):
        return Group(title, Text(which.empty, look.dim))
    return Group(title, Text(which.says, look.dim), *_DRAWN[which.name](seen, look, width))


def page(seen: Statistics, look: Look, width: int) -> Group:
    """Draw all sections, one under the other."""
    parts = [part for which in SECTIONS for part in (section(which, seen, look, width), Text())]
    return Group(*parts[:-1])


def _retention(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    rows = [("all", seen.retention.total), ("young", seen.retention.young), ("mature", seen.retention.mature)]
    room = _room([share for _, share in rows], width - len("mature  ") - len("  (85-100%)"))
    lines: list[RenderableType] = []
    for name, share in rows:
        line = _share_line(f"{name:<8}", share, look, room, seen.aim)
        if share.of:
            line.append(f"  ({bounds_text(share)})", look.dim)
        lines.append(line)
    return [*lines, Text(f"{plots.MARK} the aim, {percent(seen.aim)}; in brackets: 95% sure", look.dim)]


def _decks(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    titles = [" ".join(safe_text(deck.title).split()) for deck in seen.decks]
    size = min(max(map(cell_len, titles)), max(12, width - BAR - 18))
    room = _room([deck.retention.total for deck in seen.decks], width - size - 1)
    lines: list[RenderableType] = []
    for title, deck in zip(titles, seen.decks, strict=True):
        line = _share_line(f"{_fitted(title, size)} ", deck.retention.total, look, room)
        if width >= WIDE and deck.retention.mature.of:
            line.append(f"   mature {share_text(deck.retention.mature)}", look.dim)
        lines.append(line)
    return lines


def _calibration(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    lines: list[RenderableType] = [Text(calibration_text(seen))]
    size = min(BAR, max(LEAST_BAR, width - 46))
    for found in seen.calibration.bins:
        line = Text(f"{100 * found.low:>3.0f}-{100 * found.high:<3.0f}%  ", no_wrap=True, overflow="ellipsis")
        style = look.good if found.fits else look.warn
        line.append(plots.bar(found.recalled.rate or 0, size, found.predicted), style)
        line.append(f"  {share_text(found.recalled)}")
        line.append(f"  {verdict(found)}", "" if not found.fits else look.dim)
        lines.append(line)
    return [*lines, Text(f"{plots.MARK} predicted, the bar remembered; chance allowed for", look.dim)]


def _forecast(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    counts = seen.forecast
    cells = 2 if width >= 2 * len(counts) + 8 else 1
    top = max(counts)
    label = len(f"{top:,}")
    lines: list[RenderableType] = []
    for row, drawn in enumerate(plots.columns(counts, FORECAST_HEIGHT, cells)):
        head = f"{top:,}" if row == 0 else "0" if row == FORECAST_HEIGHT - 1 else ""
        lines.append(Text.assemble((f"{head:>{label}} ", look.dim), (drawn, look.accent), no_wrap=True))
    axis = ""
    for day, name in ((0, "today"), (10, "+10"), (20, "+20"), (len(counts) - 1, "+29")):
        axis = f"{axis:<{day * cells}}{name}"
    lines.append(Text(" " * (label + 1) + axis, look.dim, no_wrap=True))
    total, week = sum(counts), sum(counts[:7])
    return [*lines, Text(f"Today {counts[0]:,}, the first seven days {week:,}, all 30 days {total:,}.")]


def _calendar(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    counts = {date_of(day): answers for day, answers in seen.calendar}
    drawn = plots.heatmap(counts, date_of(seen.today), width)
    lines: list[RenderableType] = [Text(drawn[0], look.dim, no_wrap=True)]
    for line in drawn[1:]:
        head, squares = line[: plots.GUTTER], line[plots.GUTTER :]
        lines.append(Text.assemble((head, look.dim), (squares, look.good), no_wrap=True))
    lines.append(Text(plots.legend(list(counts.values())), look.dim))
    total = sum(counts.values())
    return [*lines, Text(f"{_some(total, 'answer')} on {_some(len(counts), 'day')}.")]


def _times(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    slowest = max(each.median_ms for each in seen.times) or 1
    size = min(BAR, max(LEAST_BAR, width - 50))
    lines: list[RenderableType] = []
    for each in sorted(seen.times, key=lambda each: -each.median_ms):
        line = Text(f"{each.kind:<8}", no_wrap=True, overflow="ellipsis")
        line.append(plots.bar(each.median_ms / slowest, size), look.accent)
        line.append(f"  {seconds_text(each.median_ms):>8}")
        half = f"{seconds_text(each.lower_ms)} to {seconds_text(each.upper_ms)}"
        line.append(f"  ({half}) of {each.answers:,}", look.dim)
        lines.append(line)
    return lines


def _topics(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    begun = [topic for topic in seen.topics if topic.mastered + topic.begun]
    room = max(cell_len(topic.name) for topic in begun) + 2
    lines: list[RenderableType] = [_topic_line(topic, room, look) for topic in begun]
    rest = len(seen.topics) - len(begun)
    done, total = sum(topic.mastered for topic in seen.topics), sum(len(topic.skills) for topic in seen.topics)
    said = f"{done:,} of {_some(total, 'family', 'families')} of problems mastered"
    lines.append(Text(f"{said}; {_some(rest, 'topic')} not begun." if rest else f"{said}."))
    return [*lines, Text("■ mastered  ◧ once, due again a week later  □ not yet", look.dim)]


def _topic_line(topic: Topic, room: int, look: Look) -> Text:
    drawn = plots.squares(topic.mastered, topic.begun, len(topic.skills))
    line = Text(f"{safe_text(topic.name):<{room}}", no_wrap=True, overflow="ellipsis")
    line.append(drawn, look.good)
    line.append(f"  {topic.mastered} of {len(topic.skills)}")
    return line


def _habits(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    still = [habit for habit in seen.habits if not habit.overcome]
    lines: list[RenderableType] = []
    for habit in still[:SHOWN_HABITS]:
        lines.append(Text.assemble(safe_text(habit.name), (f"  {safe_text(habit.family)}", look.dim)))
        lines.append(Text(f"  {habit_text(habit, seen.today)}", look.dim))
    if len(still) > SHOWN_HABITS:
        lines.append(Text(f"and {len(still) - SHOWN_HABITS} more"))
    overcome = len(seen.habits) - len(still)
    if overcome:
        lines.append(Text(f"{_some(overcome, 'mistake')} overcome.", look.good))
    return lines


def _accuracy(seen: Statistics, look: Look, width: int) -> list[RenderableType]:
    room = _room([each.right for each in seen.accuracy], width - 13 - len("  without help 100%"))
    lines: list[RenderableType] = []
    for each in seen.accuracy:
        line = _share_line(f"{each.mode} {each.level}".ljust(13), each.right, look, room)
        line.append(f"  without help {percent(each.unaided.rate)}", look.dim)
        lines.append(line)
    return lines


def _room(shares: Sequence[Share], width: int) -> int:
    """Return the cells of a bar that leave room for the longest of some shares."""
    return min(BAR, max(LEAST_BAR, width - 2 - max(len(share_text(share)) for share in shares)))


def _share_line(name: str, share: Share, look: Look, size: int, mark: float | None = None) -> Text:
    """Draw a name, a bar of so many cells and the share."""
    line = Text(name, no_wrap=True, overflow="ellipsis")
    if not share.of:
        line.append("none yet", look.dim)
        return line
    line.append(plots.bar(share.rate or 0, size, mark), look.accent)
    line.append(f"  {share_text(share)}")
    return line


def _fitted(text: str, room: int) -> str:
    """Return a text cut or filled to so many cells."""
    return set_cell_size(text, room) if cell_len(text) <= room else f"{set_cell_size(text, room - 1)}…"


def _some(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


_DRAWN: dict[str, Callable[[Statistics, Look, int], list[RenderableType]]] = {
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
