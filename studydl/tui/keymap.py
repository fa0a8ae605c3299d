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
    """Return keys as Textual names them: "? , f2" is question_mark and f2."""
    from textual.binding import Binding, InvalidBinding

    try:
        return [each.key.lower() if len(each.key) > 1 else each.key for each in Binding.make_bindings([(text, "", "")])]
    except InvalidBinding:
        return []


def usable(key: str) -> bool:
    """Say whether a terminal can send this key and it may be taken.

    Args:
        key: as Textual names it.
    """
    from textual.keys import Keys

    *modifiers, base = key.split("+")
    if key in RESERVED or not set(modifiers) <= set(MODIFIERS):
        return False
    if (len(base) == 1 and base.isprintable()) or base in {each.value for each in Keys}:
        return True
    try:
        unicodedata.lookup(base.replace("_", " ").upper())
    except KeyError:
        return base in ("space", "minus", "plus", "slash", "less_than_sign", "greater_than_sign")
    return True


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
            why = f"{bad[0]!r} cannot be used" if bad else "it names no key"
            found.append(
                f'[keys] "{name}" = "{text}": {why}. Keys look like f2, ctrl+t, x or ?; {" and ".join(RESERVED)} stay.'
            )
        elif _in_a_box(known[name]) and (eaten := [key for key in parts if _is_typed(key)]):
            found.append(
                f'[keys] "{name}" = "{text}": the box takes {eaten[0]!r} as text. Take f2, ctrl+t or the like.'
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


def _in_a_box(command: Command) -> bool:
    return bool(command.phases) and all(str(phase).startswith(TYPED_INTO) for phase in command.phases)


def _is_typed(key: str) -> bool:
    """Say whether a key writes a character."""
    from textual.keys import key_to_character

    return (
        "ctrl" not in key
        and "alt" not in key
        and (character := key_to_character(key)) is not None
        and character.isprintable()
    )
