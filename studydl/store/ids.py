"""Ids that sort by time: UUID version 7 (RFC 9562, section 5.7) as 32 hexadecimal digits."""

from __future__ import annotations

import secrets
import threading
import time

_RANDOM_BITS = 74
_lock = threading.Lock()
_last = 0


def new_id() -> str:
    """Return a new id, greater than every id this process made before, even when the clock goes back.

    The 48-bit millisecond and 74 random bits count as one number; within a millisecond it goes on from the last one
    by a random step (RFC 9562, section 6.2, method 2).
    """
    global _last
    with _lock:
        drawn = (time.time_ns() // 1_000_000 << _RANDOM_BITS) | secrets.randbits(_RANDOM_BITS)
        _last = drawn if drawn > _last else _last + 1 + secrets.randbits(32)
        number = _last
    high, middle, low = number >> 74, (number >> 62) & 0xFFF, number & ((1 << 62) - 1)
    return f"{high << 80 | 0x7 << 76 | middle << 64 | 0b10 << 62 | low:032x}"
