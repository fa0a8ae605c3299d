"""The language of the search box: words, "phrases" and filters such as `is:due` or `-deck:conv`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from studydl.errors import UsageError
from studydl.memory.model import Phase
from studydl.store import conditions as asked
from studydl.store.conditions import Condition
from studydl.store.words import Phrase, words

LONGEST = 500  # characters
KINDS = ("basic", "cloze", "choice", "claim", "points", "skill")
RATINGS = {"again": 1, "hard": 2, "good": 3, "easy": 4, "1": 1, "2": 2, "3": 3, "4": 4}
# Shown by the help of the browser; each line can be typed as it stands.
EXAMPLES = (
    ("softmax", "words that begin so, in title, question, answer or explanation"),
    ('"running mean"', "these words in a row"),
    ("note:later", "in your own notes on cards"),
    ("deck:conv", "in decks of this name or title"),
    ("is:due", "also new, learning, review, suspended, buried, leech, flagged, noted, retired"),
    ("flag:1", "flagged; flag:0 for the others"),
    ("kind:cloze", "also basic, choice, claim, points, skill"),
    ("topic:metrics", "skills on a topic, and decks that cover it"),
    ("rated:7", "answered in the last 7 days; rated:7:again with this rating"),
    ("added:30", "added in the last 30 days"),
    ("prop:lapses>=3", "also stability (days), difficulty (1 to 10), reps"),
    ("-is:new", "a minus turns any of these round"),
)

_TERM = re.compile(r'(?P<minus>-?)(?:(?P<filter>[A-Za-z]+):)?(?:"(?P<phrase>[^"]*)"?|(?P<word>\S*))')
_COMPARISON = re.compile(r"([a-z]+)(<=|>=|<|=|>)(\d+(?:\.\d+)?)")


@dataclass(frozen=True, slots=True)
class Now:
    """What a search needs to know of the learner.

    Args:
        today: the study day.
        leech_lapses: lapses that make a card a leech.
        day_start: gives the moment at which a study day begins, UTC epoch milliseconds.
    """

    today: int
    leech_lapses: int
    day_start: Callable[[int], int]


def conditions(text: str, now: Now) -> list[Condition]:
    """Return what a search asks for; cards must meet all of it.

    Retired cards are left out unless `is:retired` asks for them.

    Args:
        text: as typed.
        now: what the filters mean for this learner today.

    Raises:
        UsageError: a filter or its value is not known; says which, and the nearest that is.
    """
    found, phrases, retired = list[Condition](), list[Phrase](), False
    for term in _TERM.finditer(text[:LONGEST]):
        name = (term["filter"] or "").lower()
        value = term["word"] if term["phrase"] is None else term["phrase"]
        if name:
            condition = _filtered(name, value.strip(), now)
            retired = retired or (name, value.lower()) == ("is", "retired")
        elif any(map(str.isalnum, value)):
            phrase = Phrase(value, whole=term["phrase"] is not None and text[term.end() - 1] == '"')
            if not term["minus"]:
                phrases.append(phrase)  # the index looks for all of them at once
                continue
            condition = words(phrase)
        else:
            continue  # a sign alone: nothing to look for, or the first key of something
        found.append(asked.without(condition) if term["minus"] else condition)
    if phrases:
        found.append(words(*phrases))
    return found if retired else [asked.PRESENT, *found]


def _filtered(name: str, value: str, now: Now) -> Condition:
    filters: dict[str, Callable[[str, Now], Condition]] = {
        "note": lambda value, _: asked.noted(value),
        "deck": lambda value, _: asked.in_deck(value),
        "is": _state,
        "flag": _flag,
        "kind": lambda value, _: asked.of_kind(_known("kind", value.lower(), KINDS)),
        "topic": lambda value, _: asked.on_topic(value.lower()),
        "rated": _rated,
        "added": _added,
        "prop": _number,
    }
    if name not in filters:
        raise _unknown(f"There is no filter {name}.", name, filters, f'To find the text itself: "{name}:{value}"')
    if not value:
        raise UsageError(f"{name}: needs a value.", f"Such as {_example(name)}")
    return filters[name](value, now)


def _state(value: str, now: Now) -> Condition:
    states: dict[str, Callable[[], Condition]] = {
        "due": lambda: asked.due(now.today),
        "new": lambda: asked.in_phase(Phase.NEW),
        "learning": lambda: asked.in_phase(Phase.LEARNING, Phase.RELEARNING),
        "review": lambda: asked.in_phase(Phase.REVIEW),
        "suspended": asked.suspended,
        "buried": lambda: asked.buried(now.today),
        "leech": lambda: asked.leech(now.leech_lapses),
        "flagged": asked.flagged,
        "noted": asked.noted,
        "retired": asked.retired,
    }
    return states[_known("is", value.lower(), states)]()


def _flag(value: str, _: Now) -> Condition:
    if value not in ("0", "1"):
        raise UsageError("There is one flag: flag:1 finds the flagged cards, flag:0 the others.")
    return asked.flagged() if value == "1" else asked.without(asked.flagged())


def _rated(value: str, now: Now) -> Condition:
    days, _, rating = value.partition(":")
    chosen = RATINGS[_known("rated", rating.lower(), RATINGS)] if rating else None
    return asked.rated(now.today - _days("rated", days) + 1, chosen)


def _added(value: str, now: Now) -> Condition:
    return asked.added(now.day_start(now.today - _days("added", value) + 1))


def _number(value: str, _: Now) -> Condition:
    parts = _COMPARISON.fullmatch(value.lower())
    if parts is None:
        raise UsageError("prop: needs a comparison.", f"Such as {_example('prop')}")
    name, compared, number = parts.groups()
    return asked.number(_known("prop", name, asked.NUMBERS), compared, float(number))


def _days(name: str, text: str) -> int:
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 36_500):
        raise UsageError(f"{name}: needs a number of days, 1 or more.", f"Such as {_example(name)}")
    return int(text)


def _known(name: str, value: str, there: Iterable[str]) -> str:
    values = list(there)
    if value not in values:
        raise _unknown(f"{name}: does not know {value!r}.", value, values, f"There is {', '.join(values)}.")
    return value


def _unknown(what: str, given: str, there: Iterable[str], otherwise: str) -> UsageError:
    near = get_close_matches(given, list(there), n=1, cutoff=0.5)
    return UsageError(f"{what} Did you mean {near[0]}?" if near else what, otherwise)


def _example(name: str) -> str:
    return next(example for example, _ in EXAMPLES if example.startswith(f"{name}:"))
