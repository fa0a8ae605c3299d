"""``studydl decks``: list, show and check decks of cards, and start a new one."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from studydl.answers.writing import count
from studydl.cli.main import Commands, pass_home
from studydl.cli.output import json_option, print_json, print_table, say
from studydl.errors import DeckError, StudydlError, UsageError, did_you_mean
from studydl.files import write_whole
from studydl.text.safe import safe_text

if TYPE_CHECKING:
    from studydl.decks.evidence import EvidenceResult
    from studydl.decks.model import Card, Deck
    from studydl.decks.parse import Loaded
    from studydl.paths import Home

T = TypeVar("T")


@click.group(cls=Commands)
def decks() -> None:
    """Decks: Markdown files of cards whose answers are proved by running code."""


@decks.command("list")
@json_option
@pass_home
def list_(home: Home, as_json: bool) -> None:
    """List every deck with its cards, and what is due today."""
    from studydl.decks.folders import load_all
    from studydl.decks.model import Skill

    loaded = load_all(home)
    today = counts(home, loaded.decks)
    rows = []
    for deck in loaded.decks:
        skills = sum(isinstance(card.body, Skill) for card in deck.cards)
        due, new = today[deck.origin, deck.name]
        row = {"deck": deck.name, "title": deck.title, "cards": len(deck.cards) - skills, "skills": skills}
        rows.append(row | {"due": due, "new": new})
    for error in loaded.errors:
        say(safe_text(str(error)))
    if as_json:
        print_json(rows)
    else:
        head = ("deck", "title", "cards", "skills", "due", "new")
        print_table(head, [[safe_text(v) if isinstance(v, str) else v for v in row.values()] for row in rows])


def counts(home: Home, found: Sequence[Deck]) -> dict[tuple[str, str], tuple[int, int]]:
    """Return {(origin, deck): (due, new)}: what the database says, or everything new where it knows nothing yet.

    Args:
        home: the data folder.
        found: the decks asked for.
    """
    from studydl.decks.items import items
    from studydl.memory.days import study_day
    from studydl.store.glance import glance
    from studydl.study.clock import system_clock

    seen = glance(home.database, lambda rollover, last: study_day(system_clock(), None, rollover, last))
    known = {(deck.origin, deck.name): (deck.due + deck.learning, deck.new) for deck in seen.decks} if seen else {}
    return {
        (deck.origin, deck.name): known.get(
            (deck.origin, deck.name), (0, sum(item.level in (None, 1) for item in items(deck)))
        )
        for deck in found
    }


@decks.command()
@click.argument("deck", metavar="DECK")
@click.argument("card", metavar="[CARD]", required=False)
@json_option
@pass_home
def show(home: Home, deck: str, card: str | None, as_json: bool) -> None:
    """Show a deck's cards, or one of them, with their answers. DECK is a name or a file.

    On a terminal one card is drawn as the study screen draws it.
    """
    from studydl.decks.items import content_to_json
    from studydl.decks.page import page

    found = _find(home, deck)
    cards = [each for each in found.cards if card in (None, each.id)]
    if not cards:
        near = _near(str(card), (each.id for each in found.cards), f"decks show {deck}")
        raise UsageError(f"there is no card {card!r} in {deck}", near)
    if as_json:
        import json

        contents = [json.loads(content_to_json(each)) for each in cards]
        print_json({"deck": found.name, "title": found.title, "topics": list(found.topics), "cards": contents})
    elif card and sys.stdout.isatty():
        from studydl.tui import preview

        preview.show(found, cards[0])
    else:
        click.echo("\n\n\n".join(page(each) for each in cards))


def _find(home: Home, name: str) -> Deck:
    from studydl.decks.folders import load_all
    from studydl.decks.parse import parse_deck
    from studydl.decks.trouble import DeckErrors

    if name.endswith(".md") or "/" in name:
        return parse_deck(Path(name), Path(name).absolute().parent.name)
    loaded = load_all(home)
    if deck := next((deck for deck in loaded.decks if deck.name == name), None):
        return deck
    if errors := [error for error in loaded.errors if Path(error.path).stem == name]:
        raise DeckErrors(errors)
    raise UsageError(f"there is no deck {name!r}", _near(name, (deck.name for deck in loaded.decks)))


def _near(name: str, known: Iterable[str], lists: str = "decks list") -> str:
    return did_you_mean(name, known, f"`studydl {lists}` shows them all.")


@decks.command()
@click.argument("paths", metavar="[PATH]...", nargs=-1, type=click.Path(exists=True, path_type=Path))
@click.option("--write-ids", is_flag=True, help="Give the cards of plain files their ids for good.")
@click.option("--run-evidence", is_flag=True, help="Run the code of decks that did not come with studydl, too.")
@click.option("--fresh", is_flag=True, help="Run all evidence again, also where its result is known.")
@click.option("--mutate", is_flag=True, help="Change what each assert claims and see whether the evidence notices.")
@json_option
@pass_home
def check(
    home: Home,
    paths: tuple[Path, ...],
    write_ids: bool,
    run_evidence: bool,
    fresh: bool,
    mutate: bool,
    as_json: bool,
) -> None:
    """Check decks: their format, their style, and the evidence under their cards.

    PATH is a file or a folder; by default all your decks. Evidence is code: that of decks which did not come with
    studydl runs only with --run-evidence, or if config.toml names the deck as trusted. A block that passed is not run
    again until it or the libraries change. Exit 1 if a deck has an error or evidence fails.
    """
    from studydl.decks.style import check_style

    if write_ids:
        _write_ids(home, paths)
    loaded = _load(home, paths)
    errors = [*loaded.errors, *_unknown_families(loaded.decks)]
    results = _evidence(home, loaded.decks, run_evidence, fresh)
    failed = [_failure(result) for result in results if not result.passed]
    for deck in loaded.decks:
        for remark in check_style(deck):
            say(safe_text(str(remark)))
    if mutate:
        failed += _mutate([result for result in results if result.passed])
    data = {
        "decks": len(loaded.decks),
        "cards": sum(len(deck.cards) for deck in loaded.decks),
        "with_evidence": sum(bool(card.evidence) for deck in loaded.decks for card in deck.cards),
        "passed": sum(result.passed for result in results),
        "failed": failed,
        "errors": [_error(error) for error in errors],
    }
    if as_json:
        print_json(data)
    else:
        _print_check(data, errors)
    sys.exit(1 if errors or failed else 0)


def _print_check(data: dict[str, Any], errors: Sequence[DeckError]) -> None:
    for error in errors:
        click.echo(safe_text(str(error)))
    for failure in data["failed"]:
        click.echo(safe_text("{path}:{line}: {card}: {message}".format_map(failure)))
    held = f"{count(data['decks'], 'deck')}, {count(data['cards'], 'card')}, {data['with_evidence']} with evidence"
    outcome = f"{data['passed']} passed and {len(data['failed'])} failed"
    click.echo(f"{held}, of which {outcome}; {count(len(errors), 'error')}")


def _failure(result: EvidenceResult) -> dict[str, Any]:
    place = {"deck": result.deck.name, "card": result.card.id, "path": result.deck.path, "line": result.line}
    return place | {"message": result.message}


def _error(error: DeckError) -> dict[str, Any]:
    message = error.message.removeprefix(f"{error.path}:{error.line}: ")
    return {"path": error.path, "line": error.line, "message": message, "hint": error.hint}


def _files(home: Home, paths: Sequence[Path]) -> list[Path]:
    from studydl.decks.folders import folders
    from studydl.decks.parse import deck_files

    places = paths or tuple(folders(home).values())
    return [file for place in places for file in ([place] if place.is_file() else deck_files(place))]


def _load(home: Home, paths: Sequence[Path]) -> Loaded:
    """Read the decks to check, each with its whole folder, as ``after:`` may name cards of other decks there."""
    from studydl.decks.folders import folders
    from studydl.decks.parse import Loaded, deck_files, load_files

    wanted = _files(home, paths)
    if paths and not wanted:
        raise UsageError(f"there is no deck in {', '.join(map(str, paths))}", "A deck is a Markdown file, NAME.md.")
    origins = {folder.resolve(): origin for origin, folder in folders(home).items()}
    decks: list[Deck] = []
    errors: list[DeckError] = []
    for folder in dict.fromkeys(path.parent for path in wanted):
        asked = [path for path in dict.fromkeys(wanted) if path.parent == folder]
        others = [path for path in deck_files(folder) if path not in asked]
        loaded = load_files(asked, origins.get(folder.resolve(), folder.resolve().name), others)
        names = {str(path) for path in asked}
        decks += [deck for deck in loaded.decks if deck.path in names]
        errors += [error for error in loaded.errors if error.path in names]
    return Loaded(tuple(decks), tuple(errors))


def _write_ids(home: Home, paths: Sequence[Path]) -> None:
    from studydl.decks.hashcards import write_ids

    for path in _files(home, paths):
        try:
            written = write_ids(path)
        except DeckError:
            continue  # loading it says why
        if written:
            say(safe_text(f"{path}: {written} ids written"))


def _unknown_families(found: Iterable[Deck]) -> list[DeckError]:
    from studydl.decks.model import Skill
    from studydl.problems import catalog

    skills = [(deck, card, card.body) for deck in found for card in deck.cards if isinstance(card.body, Skill)]
    known = catalog.names()
    return [
        DeckError(
            deck.path,
            card.line,
            f"there is no problem family {body.family}",
            _near(body.family, known, "problems list"),
        )
        for deck, card, body in skills
        if body.family not in known
    ]


def _evidence(home: Home, found: Iterable[Deck], run_all: bool, fresh: bool) -> list[EvidenceResult]:
    """Run evidence that is not known to pass on this machine, and write down what came of it."""
    from studydl.decks import proofs
    from studydl.decks.evidence import EvidenceResult, check_evidence
    from studydl.decks.folders import may_run

    cards: list[tuple[Deck, Card]] = []
    for deck in found:
        proved = [(deck, card) for card in deck.cards if card.evidence]
        if run_all or may_run(deck, home):
            cards += proved
        elif proved:
            say(safe_text(f"{deck.path}: evidence not run: it is code. If you trust it, --run-evidence runs it"))
    known = proofs.load(home)
    passed = [(deck, card) for deck, card in cards if not fresh and known.message(card.evidence) == ""]
    open_ = [pair for pair in cards if pair not in passed]
    results = _counted("evidence", len(open_), lambda progress: check_evidence(open_, progress))
    if results:
        proofs.add(home.proofs, {each.card.evidence: each.message for each in results})
    return [*(EvidenceResult(deck, card, True, "", 0, 0.0) for deck, card in passed), *results]


def _mutate(results: Sequence[EvidenceResult]) -> list[dict[str, Any]]:
    """Report every change to a claim that evidence does not notice; a block that notices none proves nothing."""
    from studydl.decks.mutation import check_mutants, mutants

    total = sum(len(mutants(result.card.evidence)) for result in results)
    cards = [(result.deck, result.card) for result in results]
    nothing: dict[tuple[str, str], dict[str, Any]] = {}
    for each in _counted("mutants", total, lambda progress: check_mutants(cards, progress)):
        say(safe_text(f"{each.deck.path}:{each.line}: {each.card.id}: not noticed: {each.change}"))
        if each.all_survived:
            place = {"deck": each.deck.name, "card": each.card.id, "path": each.deck.path, "line": each.line}
            nothing[each.deck.path, each.card.id] = place | {"message": "proves nothing: no changed claim is noticed"}
    return list(nothing.values())


def _counted(label: str, total: int, work: Callable[[Callable[[int], None]], T]) -> T:
    """Do some work with a bar on standard error, if that is a terminal."""
    if not total or not sys.stderr.isatty():
        return work(lambda done: None)
    with click.progressbar(length=total, label=label, file=sys.stderr) as bar:
        return work(lambda done: bar.update(done - bar.pos))


@decks.command()
@click.argument("name", metavar="NAME")
@pass_home
def new(home: Home, name: str) -> None:
    """Start a deck of your own, NAME.md in your data folder, with a first card to overwrite."""
    from studydl.decks.sections import ID

    if not ID.fullmatch(name):
        raise UsageError(f"{safe_text(name)!r} cannot be a deck's name", "Small letters, digits and hyphens: my-notes")
    path = home.decks / f"{name}.md"
    if os.path.lexists(path):
        raise UsageError(f"{path} is there already", "Choose another name, or edit that file.")
    text = FIRST.format(title=name.replace("-", " ").capitalize(), name=name)
    try:
        write_whole(path, text.encode())
    except OSError as error:
        raise StudydlError(f"{path} cannot be written: {error.strerror}", "Nothing was left half-written.") from error
    click.echo(str(path))


FIRST = """---
title = "{title}"
---

Each card is one section: a title, an id that never changes, and what it asks.

## A convolution rounds its output size down {{#{name}-1}}

Q: A 7x7 convolution, stride 2, padding 3, reads a 224x224 image. How wide is the output?
A: 112

The division (224 + 6 - 7) / 2 is floored before 1 is added.

```python evidence
conv = nn.Conv2d(1, 1, 7, stride=2, padding=3)
assert conv(torch.empty(1, 1, 224, 224)).shape[-1] == 112
```
"""
