"""Writing cards: a learner's own, added and changed in their Markdown decks, then taken into the database."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from studydl.decks import editing
from studydl.decks.editing import CardFaults, Fault
from studydl.decks.folders import OWN, SHIPPED
from studydl.decks.parse import deck_files, outline, read
from studydl.errors import StudydlError, UsageError
from studydl.files import write_whole
from studydl.paths import Home
from studydl.store import cards
from studydl.store.connection import Store
from studydl.study import drafts

MINE = "my-cards.md"
FRONT = '---\ntitle = "My cards"\n---\n'
BLANK = "## \n\nQ: \nA: \n"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A card on the writing desk.

    Args:
        path: the deck it is in, or will be added to.
        origin: what its key starts with.
        card_id: its id; empty for a new card.
        text: its section.
        before: the deck as it was read; None if there is no file yet.
        shipped: it came with studydl, so that only a copy of it can be changed.
        unsaved: what was written in its place when the program was left, and not saved; None if nothing was.
    """

    path: Path
    origin: str
    card_id: str
    text: str
    before: str | None
    shipped: bool = False
    unsaved: str | None = None


class CardChanged(UsageError):
    """A card was changed in its deck while it was being written here.

    Args:
        message: what happened.
        sheet: the card as it stands now; saving to it puts one's own text in its place.
    """

    def __init__(self, message: str, sheet: Sheet) -> None:
        super().__init__(message, "Nothing was written, and your text is still here. Save again to keep yours.")
        self.sheet = sheet


class Authoring:
    """Where one learner writes cards.

    Args:
        home: the data folder, with the learner's own decks.
        store: the database.
        take: takes decks that were written into the database.
    """

    def __init__(self, home: Home, store: Store, take: Callable[[], object]) -> None:
        self._home, self._store, self._take = home, store, take

    def blank(self) -> Sheet:
        """Return an empty card for the deck of one's own cards."""
        path = self._home.decks / MINE
        return Sheet(path, OWN, "", BLANK, _content(path), unsaved=drafts.draft_of(self._store, path, ""))

    def open(self, key: str) -> Sheet:
        """Return a card as it stands in its deck now.

        Args:
            key: of the card, or of one of its deletions.

        Raises:
            UsageError: its deck is not there any more, or has no such card, or no headings.
        """
        row = cards.get(self._store.read(), self._store.learner, key)
        decks = cards.decks(self._store.read(), self._store.learner)
        deck = next((deck for deck in decks if row and (deck.origin, deck.name) == (row.origin, row.deck)), None)
        if row is None or deck is None:
            raise UsageError("this card is not in a deck any more", "`studydl decks list` shows the decks.")
        path = Path(deck.path)
        text = _content(path)
        card_id = row.note.partition("/")[2]
        found = None if text is None else editing.section(text, card_id)
        if found is None:
            plain = text is not None and read(path, row.origin, text.encode()).plain
            hint = f"`studydl decks check --write-ids {path}` writes them." if plain else "Look into the file."
            why = "its cards have no headings with ids" if plain else "the card is not there any more"
            raise UsageError(f"{path}: {why}", hint)
        unsaved = drafts.draft_of(self._store, path, card_id)
        return Sheet(path, row.origin, card_id, found, text, row.origin == SHIPPED, unsaved)

    def copied(self, sheet: Sheet) -> Sheet:
        """Return a copy of a card for one's own deck; it starts as a new card, without the history of the first."""
        mine = self.blank()
        text = editing.without_after(sheet.text)
        if sheet.card_id in self._taken(mine):
            text = editing.with_id(text.replace(f" {{#{sheet.card_id}}}", "", 1), self._taken(mine))
        return replace(mine, text=text, unsaved=None)

    def keep(self, sheet: Sheet, text: str | None) -> None:
        """Keep a text that is not saved until its card is opened again.

        Args:
            sheet: as it was opened.
            text: its section now; None forgets what was kept.
        """
        drafts.keep(self._store, sheet.path, sheet.card_id, text)

    def save(self, sheet: Sheet, text: str) -> str:
        """Write a card into its deck, and take the deck into the database.

        Args:
            sheet: as it was opened.
            text: its section now.

        Returns:
            The key of the card without a number of a deletion: origin/card-id.

        Raises:
            CardFaults: the card cannot be read like this; nothing is written.
            CardChanged: this card was changed meanwhile, here or by another program; nothing is written.
            UsageError: the deck cannot be written; nothing is written.
        """
        if sheet.shipped:
            raise UsageError("this card came with studydl", "Copy it into your own deck first.")
        text = editing.with_id(text, () if sheet.card_id else self._taken(sheet)).strip()
        _, faults = editing.look(text, sheet.origin)
        card_id = editing.id_of(text)
        if not faults and sheet.card_id and card_id != sheet.card_id:
            hint = f"the id stays {{#{sheet.card_id}}}: under another one it would lose its history"
            faults = (Fault(1, hint),)
        if not faults and not sheet.card_id and card_id in self._taken(sheet):
            faults = (Fault(1, f"another card has the id {card_id}; take another, or none"),)
        if faults:
            raise CardFaults(faults)
        sheet = _caught_up(sheet, _content(sheet.path))
        before = FRONT if sheet.before is None else sheet.before
        after = editing.replaced(before, sheet.card_id, text) if sheet.card_id else editing.appended(before, text)
        if faults := editing.check(sheet.path, sheet.origin, before, after, card_id):
            raise CardFaults(faults)
        try:
            write_whole(sheet.path, after.encode())
        except OSError as error:
            raise UsageError(f"{sheet.path} cannot be written: {error.strerror}", "Nothing was written.") from error
        self.keep(sheet, None)
        self._take()
        return f"{sheet.origin}/{card_id}"

    def _taken(self, sheet: Sheet) -> set[str]:
        """Return the ids used in the folder of a deck: they are used once in all of it."""
        return {name for path in deck_files(sheet.path.parent) for name, _ in outline(path).ids}


def saved_text(written: str, opened: str) -> str:
    """Say what saving came to.

    Args:
        written: key of the card that was saved, as `Authoring.save` gives it.
        opened: key of the card that was to be changed, or of one of its deletions.
    """
    if f"{opened}/".startswith(f"{written}/"):
        return "Saved."
    return "Your copy is saved; it comes among the new cards."


def _caught_up(sheet: Sheet, now: str | None) -> Sheet:
    """Return a card for its deck as it is now, whatever was changed in the rest of it.

    Raises:
        CardChanged: the card itself was changed or taken out.
    """
    if now == sheet.before or not sheet.card_id:
        return replace(sheet, before=now)
    there = None if now is None else editing.section(now, sheet.card_id)
    if there is None:
        fresh = replace(sheet, card_id="", before=now)
        raise CardChanged(f"this card was taken out of {sheet.path} meanwhile", fresh)
    if there != editing.section(sheet.before or "", sheet.card_id):
        raise CardChanged(f"this card was changed in {sheet.path} meanwhile", replace(sheet, before=now))
    return replace(sheet, before=now)


def _content(path: Path) -> str | None:
    """Return the text of a deck with its line ends as they are; None if there is no file.

    Raises:
        StudydlError: it cannot be read.
    """
    try:
        return path.read_bytes().decode()
    except FileNotFoundError:
        return None
    except (OSError, UnicodeDecodeError) as error:
        raise StudydlError(f"{path} cannot be read: {error}", "It must be UTF-8 text.") from error
