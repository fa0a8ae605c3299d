"""A share of successes, and how far chance may have moved it."""

from __future__ import annotations

import math
from dataclasses import dataclass

Z = 1.959963984540054  # the 97.5% quantile of the normal distribution: 95% lie within


@dataclass(frozen=True, slots=True)
class Share:
    """How many of how many.

    Args:
        right: successes.
        of: trials, at least as many.
    """

    right: int = 0
    of: int = 0

    @property
    def rate(self) -> float | None:
        """Return the share, 0 to 1; None without a trial."""
        return self.right / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """Return the bounds within which the true rate lies with 95% confidence; (0, 1) without a trial.

        Source: Wilson (1927), Probable inference, the law of succession, and statistical inference.
        """
        if not self.of:
            return 0.0, 1.0
        n, p = self.of, self.right / self.of
        middle = p + Z * Z / (2 * n)
        spread = Z * math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n))
        scale = 1 + Z * Z / n
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)

    def __add__(self, other: Share) -> Share:
        return Share(self.right + other.right, self.of + other.of)
