"""What can be done in the browser, while one types a search and in the list."""

from __future__ import annotations

from enum import StrEnum

from studydl.tui.commands import Command


class Phase(StrEnum):
    """Where the keys go."""

    SEARCHING = "typing a search"
    LISTING = "the list of cards"


_BOX, _LIST = frozenset({Phase.SEARCHING}), frozenset({Phase.LISTING})
_SORTS = ("deck", "title", "kind", "due", "stability", "lapses")

BROWSE = (
    Command("browse.list", "enter,down,tab", "list", "to the list", "Go to the cards that were found", phases=_BOX),
    Command("browse.info", "i,enter", "info", "info", "All about this card: history, memory, your note", phases=_LIST),
    Command("browse.edit", "e", "edit", "edit", "Change the text of this card", phases=_LIST),
    Command("browse.search", "slash,tab", "search", "search", "Go back to the search", phases=_LIST),
    Command("browse.mark", "space", "mark", "mark", "Mark this card, or take the mark off, and go down", phases=_LIST),
    Command("browse.mark-all", "a", "mark_all", "all", "Mark all that was found, or take all marks off", phases=_LIST),
    Command("browse.suspend", "s", "suspend", "suspend", "Do not ask these cards, or ask again", phases=_LIST),
    Command("browse.bury", "b", "bury", "bury", "Put these cards off until tomorrow", phases=_LIST),
    Command("browse.flag", "f", "flag", "flag", "Flag these cards, or take the flag off", phases=_LIST),
    Command("browse.reset", "r", "reset", "reset", "Make these cards new again; undo gives all back", phases=_LIST),
    Command("browse.undo", "u", "undo", "undo", "Take back what was done last", phases=_LIST),
    Command("browse.close", "escape", "close", "home", "Take the marks off, then go home"),
    Command("browse.look-up", "K,shift+up", "look(-3)", "up", "Scroll the card beside the table up", False, _LIST),
    Command("browse.look-down", "J,shift+down", "look(3)", "down", "Scroll the card beside the table", False, _LIST),
    *(
        Command(
            f"browse.sort-{name}", str(n), f"sort('{name}')", "sort", f"Sort by {name}; again: backwards", False, _LIST
        )
        for n, name in enumerate(_SORTS, 1)
    ),
)
