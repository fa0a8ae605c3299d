"""Reading decks from files: one of them, or a folder in which a broken one never stops the others."""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from studydl.decks.cards import after_of, read_card
from studydl.decks.fields import fields
from studydl.decks.frontmatter import front_matter
from studydl.decks.lines import STARTS
from studydl.decks.links import Outline, check_links
from studydl.decks.model import Card, Deck
from studydl.decks.sections import Section, split
from studydl.decks.titles import title_of
from studydl.decks.trouble import MOST, DeckErrors, Trouble
from studydl.errors import DeckError

LARGEST = 5_000_000  # bytes


@dataclass(frozen=True, slots=True)
class Loaded:
    """The decks of one origin, and what is wrong with those that are missing from it.

    Args:
        decks: those without errors, in the order of the home screen.
        errors: by file and line.
    """

    decks: tuple[Deck, ...]
    errors: tuple[DeckError, ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What could be read of one file.

    Args:
        deck: with the cards that are well; a whole deck if there are no errors.
        ids: every card id in the file, also of cards that are broken: (id, line).
        errors: what is wrong with it.
        plain: True for a file without headings, whose ids are hashes.
    """

    deck: Deck
    ids: tuple[tuple[str, int], ...]
    errors: tuple[DeckError, ...]
    plain: bool

    @property
    def outline(self) -> Outline:
        """Return what the other decks of the folder must know of it."""
        after = ((card.id, card.line, card.after) for card in self.deck.cards if card.after)
        return Outline(self.deck.path, self.deck.order, self.ids, tuple(after))


def parse_deck(path: Path, origin: str) -> Deck:
    """Read one deck. Its ``after:`` ids are not looked up: they may name cards of other decks.

    Args:
        path: the file.
        origin: what its cards' keys start with.

    Raises:
        DeckErrors: a DeckError that holds everything that is wrong with the file.
    """
    draft = read(path, origin)
    if draft.errors:
        raise DeckErrors(draft.errors)
    return draft.deck


def load(folder: Path, origin: str) -> Loaded:
    """Read every deck in a folder (``*.md``, README.md aside) and check how their cards refer to each other.

    Args:
        folder: may be missing: no decks then.
        origin: what their cards' keys start with.
    """
    return load_files(deck_files(folder), origin)


def deck_files(folder: Path) -> list[Path]:
    """Return the files of a folder that are decks, by name."""
    return sorted(path for path in folder.glob("*.md") if path.is_file() and path.stem.lower() != "readme")


def place(order: int | None, name: str) -> tuple[bool, int, str]:
    """Return the key by which the decks of one origin are ordered: those that say their order first.

    Args:
        order: as the deck gives it, or None.
        name: of the deck.
    """
    return order is None, order or 0, name


def load_files(paths: Iterable[Path], origin: str, others: Iterable[Path] = ()) -> Loaded:
    """Read these files as decks of one origin, and check how their cards refer to each other.

    Args:
        paths: the files.
        origin: what their cards' keys start with.
        others: the other decks of the origin, whose cards are not read; errors tell what these make wrong in them.
    """
    drafts = [read(path, origin) for path in paths]
    errors = [error for draft in drafts for error in draft.errors]
    links = check_links([*map(outline, others), *(draft.outline for draft in drafts)])
    broken = {error.path for error in [*errors, *links]}
    decks = [draft.deck for draft in drafts if draft.deck.path not in broken]
    decks.sort(key=lambda deck: place(deck.order, deck.name))
    return Loaded(tuple(decks), tuple(sorted([*errors, *links], key=lambda error: (error.path, error.line))))


def read(path: Path, origin: str, data: bytes | None = None) -> Draft:
    """Read one file as far as it can be read.

    Args:
        path: the file.
        origin: what its cards' keys start with.
        data: what it would hold; None for what it holds.
    """
    trouble = Trouble(str(path))
    data = _bytes(path, trouble) if data is None else data
    lines = _text(data, trouble).split("\n") if not trouble.errors else []
    front = front_matter(lines, trouble)
    sections, plain = split(list(enumerate(lines, start=1))[front.end :], trouble)
    if not sections and not trouble.errors:
        trouble.add(1, "no cards", "## What it teaches {#card-id}, then Q: and A:")
    first: dict[str, int] = {}
    cards: list[Card] = []
    for found in sections:
        if trouble.count > MOST:
            break  # nobody reads on, and a hostile file has a million cards
        section = _named(found) if plain else found
        if section.id and first.setdefault(section.id, section.line) != section.line:
            hint = "an id is used once" if not plain else "it is the same card twice: delete one"
            trouble.add(section.line, f"the id {section.id} stands in line {first[section.id]} already", hint)
        if card := read_card(section, trouble):
            cards.append(card)
    deck = Deck(
        name=path.stem,
        title=front.title or path.stem,
        topics=front.topics,
        cards=tuple(cards),
        path=str(path),
        origin=origin,
        digest=hashlib.sha256(data).hexdigest(),
        order=front.order,
    )
    return Draft(deck, tuple(first.items()), tuple(sorted(trouble.errors, key=lambda error: error.line)), plain)


def outline(path: Path) -> Outline:
    """Look at one file for what the other decks of its folder must know, ten times as fast as its cards are read.

    Args:
        path: the file; what is wrong with it is passed over.
    """
    order, ids, after = _outlined(_bytes(path, Trouble("")))
    return Outline(str(path), order, ids, after)


@lru_cache(maxsize=256)  # saving a card looks at all other decks several times
def _outlined(
    data: bytes,
) -> tuple[int | None, tuple[tuple[str, int], ...], tuple[tuple[str, int, tuple[str, ...]], ...]]:
    quiet = Trouble("")
    lines = _text(data, quiet).split("\n")
    front = front_matter(lines, quiet)
    sections, plain = split(list(enumerate(lines, start=1))[front.end :], quiet)
    named = [_named(section) for section in sections] if plain else sections
    ids: dict[str, int] = {}
    for section in named:
        if section.id:
            ids.setdefault(section.id, section.line)
    after = ((section.id, section.line, after_of(section)) for section in named)
    return front.order, tuple(ids.items()), tuple(each for each in after if each[2])


def _bytes(path: Path, trouble: Trouble) -> bytes:
    try:
        if not path.is_file():
            what = "this is no file" if path.exists() else "there is no such file"
            trouble.add(1, what, "a deck is a Markdown file, NAME.md")
            return b""
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        trouble.add(1, f"cannot be read: {error.strerror}")
        return b""
    if len(data) > LARGEST:
        trouble.add(1, f"larger than {LARGEST / 1e6:g} MB", "split it into several decks")
    return data


def _text(data: bytes, trouble: Trouble) -> str:
    """Return the bytes as text with ``\\n`` line ends, without a byte-order mark."""
    if b"\0" in data:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        trouble.add(line, "a NUL byte: this is no text", "save the deck as UTF-8 text")
        return ""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        trouble.add(line, f"byte {data[error.start]:#04x} is not UTF-8", "save the deck as UTF-8 text")
        return ""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _named(section: Section) -> Section:
    """Give a card of a plain file a title and its id: the start of a SHA-256 over labels and normalized text."""
    parts = [part for part in fields(section, Trouble("")) if part.label in (*STARTS, "A")]
    text = "\n".join(f"{part.label}: {' '.join(part.text.split())}" for part in parts)
    name = hashlib.sha256(unicodedata.normalize("NFC", text).encode()).hexdigest()[:12]
    return replace(section, title=title_of(parts[0].text) or name, id=name)
