"""The TOML between the two ``---`` lines at the top of a deck."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from studydl.decks.trouble import Trouble, quoted

EXAMPLE = 'a deck starts with ---, title = "Convolution", topics = ["conv"], --- on lines of their own'
MOST = 16_384  # characters
KEYS = ("title", "name", "topics", "order")
TOPIC = re.compile(r"[a-z0-9]+([_-][a-z0-9]+)*")


@dataclass(frozen=True, slots=True)
class Front:
    """What a deck says about itself.

    Args:
        title: as shown; empty if it gives none.
        topics: problem topics it covers.
        order: its place among the decks, or None.
        end: how many lines of the file it takes.
    """

    title: str = ""
    topics: tuple[str, ...] = ()
    order: int | None = None
    end: int = 0


def front_matter(lines: Sequence[str], trouble: Trouble) -> Front:
    """Read the front matter; a deck without any is called by its file's name.

    Args:
        lines: the lines of the file.
        trouble: takes the errors.
    """
    if not lines or lines[0].rstrip() != "---":
        return Front()
    end = next((index for index, line in enumerate(lines[1:], start=1) if line.rstrip() == "---"), 0)
    if not end:
        trouble.add(1, "the front matter is not closed", f"{EXAMPLE}; the second --- is missing")
        return Front(end=1)
    text = "\n".join(lines[1:end])
    try:
        if len(text) > MOST:
            raise ValueError(f"it is longer than {MOST} characters")
        table = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        place = re.search(r"at line (\d+)", str(error))
        line = end if "end of document" in str(error) else 1 + int(place[1]) if place else 1
        trouble.add(line, f"the front matter is not TOML: {error}", EXAMPLE)
        return Front(end=end + 1)
    return _read(table, lines, end + 1, trouble)


def _read(table: dict[str, Any], lines: Sequence[str], end: int, trouble: Trouble) -> Front:
    def wrong(key: str, message: str, hint: str) -> None:
        start = re.compile(rf"\s*[\"']?{re.escape(key)}\b")
        line = next((number for number, text in enumerate(lines[:end], start=1) if start.match(text)), 1)
        trouble.add(line, message, hint)

    for key in table.keys() - set(KEYS):
        wrong(key, f"the front matter has no {quoted(key)}", "it may hold title (or name), topics and order")
    name = "title" if "title" in table else "name"
    title, topics, order = table.get(name, ""), table.get("topics", []), table.get("order")
    if not isinstance(title, str) or (name in table and not title.strip()) or "\n" in str(title):
        wrong(name, f"{name} is not one line of text", f'{name} = "Convolution"')
        title = ""
    if not isinstance(topics, list) or not all(isinstance(topic, str) and TOPIC.fullmatch(topic) for topic in topics):
        wrong("topics", "topics is not a list of topic names", 'topics = ["conv", "init"]')
        topics = []
    if order is not None and type(order) is not int:
        wrong("order", "order is not a whole number", "order = 3")
        order = None
    return Front(title.strip(), tuple(topics), order, end)
