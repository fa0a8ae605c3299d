"""Calibration of the scheduler: of the cards it gave a chance of 90%, were 90% remembered?"""

from __future__ import annotations

from dataclasses import dataclass

from studydl.study.statistics.share import Share
from studydl.study.statistics.tally import BINS, UNIT, Recall, Tally


@dataclass(frozen=True, slots=True)
class Bin:
    """Reviews with about the same predicted retrievability.

    Args:
        low: least prediction, 0 to 1.
        high: upper bound; below it, but for the last bin.
        predicted: mean of the predictions.
        recalled: how many were remembered.
    """

    low: float
    high: float
    predicted: float
    recalled: Share

    @property
    def fits(self) -> bool:
        """Say whether chance alone may explain the difference (at 95% confidence)."""
        low, high = self.recalled.interval
        return low <= self.predicted <= high


@dataclass(frozen=True, slots=True)
class Calibration:
    """Prediction against what came.

    Args:
        bins: those with reviews, by prediction.
        predicted: mean of all predictions; None without a review.
        recalled: how many reviews were remembered.
        error: mean difference between prediction and recall over the bins, weighted by reviews; None without one.
            Source: expected calibration error, Naeini, Cooper and Hauskrecht (2015).
    """

    bins: tuple[Bin, ...]
    predicted: float | None
    recalled: Share
    error: float | None


def calibration(tally: Tally) -> Calibration:
    """Compare what the scheduler predicted with what was remembered.

    A prediction is made of the stability as it was when the card was scheduled, so later fits do not flatter it.
    """
    bounds = (0.0, *BINS, 1.0)
    groups = [
        sum(same, Recall()) for same in zip(*(bins for deck in tally.decks.values() for bins in deck), strict=True)
    ]
    bins = tuple(
        Bin(low, high, group.predicted / UNIT / group.of, Share(group.passed, group.of))
        for low, high, group in zip(bounds, bounds[1:], groups, strict=False)
        if group.of
    )
    recalled = sum((each.recalled for each in bins), Share())
    if not recalled.of:
        return Calibration((), None, recalled, None)
    predicted = sum(group.predicted for group in groups) / UNIT / recalled.of
    error = sum(abs(each.predicted * each.recalled.of - each.recalled.right) for each in bins) / recalled.of
    return Calibration(bins, predicted, recalled, error)
