"""Keys of one's own: the table ``[keys]`` of the configuration file gives the commands it names other keys.

[keys]
"study.hint" = "f2"
"study.flag" = "f, ctrl+f"
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from studydl.paths import Home
    from studydl.tui.commands import Command

RESERVED = ("ctrl+q", "ctrl+c")  # the ways out, whatever else is wrong
MODIFIERS = ("ctrl", "shift", "alt", "super", "hyper", "meta")
TYPED_INTO = ("typing", "writing")  # phases in which a box takes letters for itself
ASIDE = "commands"  # the phase beside a box, in which its letters are keys
BETWEEN = {",": "comma", " ": "space"}  # what stands between keys, and so is none as it is
MOVES = ("up", "down", "left", "right", "j", "k", "home", "end", "pageup", "pagedown", "tab", "shift+tab")
SHORT = {
    "esc": "escape",
    "return": "enter",
    "del": "delete",
    "ins": "insert",
    "bs": "backspace",
    "pgup": "pageup",
    "pgdn": "pagedown",
    "pgdown": "pagedown",
    "spacebar": "space",
}
THE_SAME = {
    "ctrl+m": "enter",
    "ctrl+i": "tab",
    "ctrl+h": "backspace",
    "ctrl+left_square_bracket": "escape",
}  # what a terminal sends for both
_TABLE = re.compile(rb"^\s*(\[\s*keys\b|keys\s*[.=])", re.MULTILINE)


def has_keys(home: Home) -> bool:
    """Say whether the file may give keys, without the cost of reading it as TOML."""
    try:
        return _TABLE.search(home.config.read_bytes()) is not None
    except OSError:
        return False


def take_up(home: Home) -> None:
    """Have the commands answer to the keys of one's own; call it before the screens are imported.

    Keys that cannot be pressed are left out; `faults` says so, and what else is wrong.
    """
    if has_keys(home):
        from studydl.config import load
        from studydl.tui.commands import choose_keys

        keys = {name: normal(text) for name, text in load(home).keys.items()}
        choose_keys({name: ",".join(parts) for name, parts in keys.items() if parts and all(map(usable, parts))})


def normal(text: str) -> list[str]:
    """Return keys as Textual names them: "?, pgdn, shift+x" is question_mark, pagedown and X."""
    from textual.binding import Binding, InvalidBinding

    try:
        return [_named(each.key) for each in Binding.make_bindings([(text, "", "")])]
    except InvalidBinding:
        return []


def _named(key: str) -> str:
    *modifiers, base = key.split("+")
    base = _name_of(base) if len(base) == 1 else base
    if modifiers == ["shift"] and len(base) == 1 and base.isalpha():
        return base.upper()
    if len(base) > 1 or modifiers:
        base = base.lower()
    return "+".join([*(each.lower() for each in modifiers), SHORT.get(base, base)])


def _name_of(character: str) -> str:
    from textual.binding import Binding

    if character in BETWEEN:
        return BETWEEN[character]
    (binding,) = Binding.make_bindings([(character, "", "")])
    return binding.key


def _character_of(key: str) -> str | None:
    """Return the character that a key without modifiers writes; Textual's own function knows no "slash"."""
    if len(key) == 1:
        return key
    for character in map(chr, range(0x20, 0x7F)):
        if _name_of(character) == key:
            return character
    try:
        character = unicodedata.lookup(key.replace("_", " ").upper())
    except KeyError:
        return None
    return character if character.isprintable() and _name_of(character) == key else None


def usable(key: str) -> bool:
    """Say whether a terminal can send this key and it may be taken.

    Args:
        key: as Textual names it.
    """
    from textual.keys import Keys

    *modifiers, base = key.split("+")
    if key in RESERVED or key in THE_SAME or not set(modifiers) <= set(MODIFIERS):
        return False
    if base in {each.value for each in Keys}:
        return True
    character = _character_of(base)
    if character is None or not character.isprintable():
        return False
    return not modifiers or (character.isascii() and modifiers != ["shift"])


def groups() -> Iterator[tuple[Command, ...]]:
    """Yield the commands that are on the screen together; imports all screens."""
    from importlib import import_module
    from pkgutil import iter_modules

    from studydl.tui import screens
    from studydl.tui.application import ALWAYS
    from studydl.tui.commands import Command

    yield ALWAYS
    for module in iter_modules(screens.__path__, f"{screens.__name__}."):
        for value in vars(import_module(module.name)).values():
            if isinstance(value, tuple) and value and all(isinstance(each, Command) for each in value):
                yield value


def faults(home: Home) -> tuple[str, ...]:
    """Return what is wrong with the keys of one's own, a line each; imports all screens."""
    from studydl.config import load

    return faults_of(load(home).keys, list(groups()))


def faults_of(keys: Mapping[str, str], together: Sequence[Sequence[Command]]) -> tuple[str, ...]:
    """Return what is wrong with some keys, a line each.

    Args:
        keys: by the id of a command, as typed.
        together: the commands that are on a screen together, for each screen.
    """
    from studydl.setting import nearest

    known = {command.id: command for group in together for command in group}
    found = list[str]()
    chosen = dict[str, list[str]]()
    for name, text in keys.items():
        parts, bad = normal(text), [key for key in normal(text) if not usable(key)]
        if name not in known:
            near = nearest(name, sorted(known)) if len(known) < 9 else _near(name, known)
            found.append(f'[keys] "{name}": there is no such command. {near}')
        elif not parts or bad:
            why = _why_not(bad[0]) if bad else "it names no key"
            found.append(
                f'[keys] "{name}" = "{text}": {why}. Keys look like f2, ctrl+t, x or ?; {" and ".join(RESERVED)} stay.'
            )
        elif moving := [key for key in parts if key in MOVES and key not in normal(known[name].keys)]:
            found.append(
                f'[keys] "{name}" = "{text}": {moving[0]!r} moves in lists and boxes. Take f2, ctrl+t or the like.'
            )
        elif _in_a_box(known[name]) and (eaten := [key for key in parts if _is_taken(key, known[name])]):
            found.append(
                f'[keys] "{name}" = "{text}": the box takes {eaten[0]!r} for itself. Take f2, ctrl+t or the like.'
            )
        else:
            chosen[name] = parts
    return (*found, *_conflicts(chosen, together))


def _near(name: str, known: Mapping[str, Command]) -> str:
    from difflib import get_close_matches

    near = get_close_matches(name, known, 1)
    return f"Did you mean {near[0]}?" if near else "`studydl config keys` lists them."


def _conflicts(chosen: Mapping[str, Sequence[str]], together: Sequence[Sequence[Command]]) -> Iterator[str]:
    """Say which keys would now mean two things at the same time."""
    always = next(iter(together), ())
    told = set[tuple[str, str]]()
    for group in together:
        everything = list({command.id: command for command in (*always, *group)}.values())
        for mine in everything:
            for other in everything:
                if mine.id not in chosen or mine.id == other.id or mine.action == other.action:
                    continue
                shared = set(chosen[mine.id]) & set(chosen.get(other.id, normal(other.keys)))
                meet = not mine.phases or not other.phases or mine.phases & other.phases
                pair = (min(mine.id, other.id), max(mine.id, other.id))
                if shared and meet and pair not in told and not set(normal(mine.keys)) & set(normal(other.keys)):
                    told.add(pair)
                    key = min(shared)
                    yield f'[keys] "{mine.id}": {key!r} is also the key of "{other.id}" ({other.label}). Change one.'


def _why_not(key: str) -> str:
    if key in THE_SAME:
        return f"a terminal sends {THE_SAME[key]} for {key!r} too"
    return f"{key!r} cannot be used"


def _in_a_box(command: Command) -> bool:
    """Say whether a command is needed while a box takes the letters, and cannot be had beside it."""
    return any(str(phase).startswith(TYPED_INTO) for phase in command.phases) and ASIDE not in map(str, command.phases)


def _is_taken(key: str, command: Command) -> bool:
    """Say whether a box does something else with a key."""
    from textual.binding import Binding
    from textual.widgets import Input, TextArea

    if key in normal(command.keys):
        return False
    edits = {binding.key for box in (Input, TextArea) for binding in Binding.make_bindings(box.BINDINGS)}
    return _is_typed(key) or key in edits


def _is_typed(key: str) -> bool:
    """Say whether a key writes a character."""
    *modifiers, base = key.split("+")
    return modifiers in ([], ["shift"]) and _character_of(base) is not None
