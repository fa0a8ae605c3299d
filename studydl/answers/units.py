"""The unit a learner may write behind a number."""

from __future__ import annotations

import re

_NAMES = {
    **dict.fromkeys(("bit", "bits", "shannon", "shannons"), "bits"),
    **dict.fromkeys(("nat", "nats"), "nats"),
    **dict.fromkeys(("dit", "dits", "ban", "bans", "hartley", "hartleys"), "hartleys"),
    **dict.fromkeys(("byte", "bytes"), "bytes"),
    **dict.fromkeys(("parameter", "parameters", "param", "params", "weights"), "parameters"),
    **dict.fromkeys(("flop", "flops"), "FLOPs"),
    **dict.fromkeys(("mac", "macs"), "MACs"),
    **dict.fromkeys(("pixel", "pixels", "px"), "pixels"),
    **dict.fromkeys(("s", "sec", "second", "seconds"), "seconds"),
    **dict.fromkeys(("ms", "millisecond", "milliseconds"), "ms"),
    **{unit.lower(): unit for unit in ("kB", "MB", "GB", "TB", "KiB", "MiB", "GiB", "TiB")},
    **{unit.lower(): unit for unit in ("GFLOPs", "MFLOPs", "TFLOPs", "GMACs", "MMACs")},
}
_WORD = re.compile(r"(?<![^\W\d_])[^\W\d_]+\s*$")


def split_unit(text: str, asked: str | None) -> tuple[str, str | None]:
    """Take a unit off the end of a text.

    Args:
        text: what was typed, folded.
        asked: the unit the question asks for, or None.

    Returns:
        The text before the unit, and the unit: `asked` where it is that one, whatever its spelling. The
        text as it is and None where no unit is found; "percent" becomes %.
    """
    trimmed = text.rstrip()
    if asked and asked != "%" and trimmed.lower().endswith(asked.lower()):
        before = trimmed[: -len(asked)]
        if not before[-1:].isalpha():
            return before, asked
    word = _WORD.search(text)
    if word is None:
        return text, None
    if word[0].strip().lower() == "percent":
        return text[: word.start()] + "%", None
    unit = _unit(word[0].strip())
    if unit is None:
        return text, None
    return text[: word.start()], asked if asked is not None and _unit(asked) == unit else unit


def _unit(word: str) -> str | None:
    if word in ("b", "B"):
        return "bits" if word == "b" else "bytes"
    return _NAMES.get(word.lower())
