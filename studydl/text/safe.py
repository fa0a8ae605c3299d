"""Text that a terminal can show as it is: nothing in it moves the cursor, changes a color or hides text."""

from __future__ import annotations

import re

_EMOJI = "\u203c-\u3299\U0001f000-\U0001faff"

# General categories Cc, Cf, Cs, Zl and Zp, and what Unicode calls default-ignorable (drawn as nothing, so
# text can hide in it). Three exceptions: newline and tab; a zero-width joiner between two emoji; one
# presentation selector (U+FE0E, U+FE0F) after a character that is shown.
_UNSAFE = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u034f\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u115f\u1160\u17b4\u17b5"
    r"\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u2800\u3164\ud800-\udfff\ufe00-\ufe0d\ufeff\uffa0"
    r"\ufff0-\ufffb\U000110bd\U000110cd\U00013430-\U0001343f\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff]"
    rf"|(?<![{_EMOJI}])(?<![{_EMOJI}]\ufe0f)\u200d|\u200d(?![{_EMOJI}])"
    r"|(?<![^\n\t\u200d\ufe00-\ufe0f])[\ufe0e\ufe0f]"
)


def safe_text(text: str) -> str:
    """Return the text with everything a terminal would act on, or not show, made visible.

    Control characters become their pictures (ESC is ␛); bidirectional overrides, lone surrogates and
    invisible characters become U+FFFD; tabs become spaces up to the next multiple of 4. Newlines, combining
    accents, CJK and emoji stay as they are.

    Args:
        text: anything, from anyone.

    Returns:
        Text that can be written to a terminal and encoded as UTF-8; safe_text of it is itself.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSAFE.sub(_stand_in, text).expandtabs(4)


def _stand_in(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else "\ufffd"
