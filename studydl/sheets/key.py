"""The key file: everything a set is made of, so that it can be changed and graded without drawing it again."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import msgspec

from studydl import __version__
from studydl.errors import UsageError
from studydl.problems.exchange import problem_from_json, problem_to_json
from studydl.problems.model import Problem
from studydl.sheets.model import Blueprint, Copy, Item, Sheet, Slot, Theory

FORMAT = 1
SUFFIX = ".key.json"


def to_json(sheet: Sheet, files: dict[str, Any]) -> str:
    """Write a set with where its pages are.

    Args:
        sheet: the set.
        files: how its pages were written, see `files.Files`.
    """
    data = {
        "format": FORMAT,
        "studydl": __version__,
        "files": files,
        "title": sheet.blueprint.title,
        "minutes": sheet.blueprint.minutes,
        "seed": sheet.seed,
        "rounds": sheet.rounds,
        "questions": [asdict(slot) for slot in sheet.blueprint.slots],
        "copies": [
            {"code": copy.code, "name": copy.name, "items": [_item_to_json(item) for item in copy.items]}
            for copy in sheet.copies
        ],
    }
    return msgspec.json.format(msgspec.json.encode(data), indent=1).decode() + "\n"


def read(path: Path) -> tuple[Sheet, dict[str, Any]]:
    """Read a key file: the set, and how its pages were written.

    Raises:
        UsageError: it is no key file, or one of a later studydl.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(data, dict) or "format" not in data:
            raise ValueError("it has no format")
        if data["format"] > FORMAT:
            raise UsageError(f"{path} was written by a later studydl", "Update studydl and try again.")
        slots = tuple(Slot(**slot) for slot in data["questions"])
        copies = tuple(
            Copy(copy["code"], copy["name"], tuple(map(_item_from_json, copy["items"]))) for copy in data["copies"]
        )
        blueprint = Blueprint(data["title"], slots, data["minutes"])
        return Sheet(blueprint, data["seed"], tuple(data["rounds"]), copies), dict(data["files"])
    except OSError as error:
        raise UsageError(f"{path} cannot be read: {error.strerror}") from error
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise UsageError(
            f"{path} is not the key of a practice set: {error}",
            f"A key's name ends in {SUFFIX}; `sheet make` writes it.",
        ) from error


def _item_to_json(item: Item) -> dict[str, Any]:
    question = item.question
    if isinstance(question, Problem):
        return {"problem": problem_to_json(question), "work": item.work, "branch": item.branch}
    return {"theory": asdict(question)}


def _item_from_json(data: dict[str, Any]) -> Item:
    if "problem" in data:
        return Item(problem_from_json(data["problem"]), data["work"], data["branch"])
    lists = ("options", "right", "points")
    fields: dict[str, Any] = {name: tuple(v) if name in lists else v for name, v in data["theory"].items()}
    return Item(Theory(**fields))
