"""Plain text as markup."""

from __future__ import annotations

import re

_SPECIAL = re.compile(r"([\\`*_$\[\]<>&|~])")
_LEADING = re.compile(r"^(\s*)([#+-]|\d+[.)])(?=\s|$)", re.MULTILINE)  # would begin a heading or a list


def verbatim(text: str) -> str:
    """Return plain text as markup that shows it to the letter."""
    return _LEADING.sub(lambda m: f"{m[1]}{m[2][:-1]}\\{m[2][-1]}", _SPECIAL.sub(r"\\\1", text))
