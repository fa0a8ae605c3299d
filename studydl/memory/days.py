"""Study days: whole days that begin at the rollover hour of the learner's own clock, and never go back."""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo

EPOCH = date(1970, 1, 1).toordinal()


def study_day(at_ms: int, zone: tzinfo | None, rollover_hour: int, previous: int | None = None) -> int:
    """Return the study day of a moment.

    The rollover is taken off the wall clock, not off elapsed time, so a day of 23 or 25 hours still begins at
    the rollover hour.

    Args:
        at_ms: UTC epoch milliseconds.
        zone: the learner's time zone; None for the system's.
        rollover_hour: the local hour at which a study day begins, 0 to 23.
        previous: the last study day so far, or None. The result is never before it: a clock set back, or a
            flight to the west, continues that day.

    Returns:
        Days since 1970-01-01.
    """
    wall_clock = datetime.fromtimestamp(at_ms // 1000, zone)
    day = (wall_clock - timedelta(hours=rollover_hour)).toordinal() - EPOCH
    return day if previous is None else max(previous, day)


def day_start_ms(day: int, zone: tzinfo | None, rollover_hour: int) -> int:
    """Return when a study day begins, in UTC epoch milliseconds.

    Args:
        day: days since 1970-01-01.
        zone: the learner's time zone; None for the system's.
        rollover_hour: the local hour at which a study day begins, 0 to 23. Where the clock jumps over that
            hour, the day begins with the jump.
    """
    start = date.fromordinal(day + EPOCH)
    return round(datetime(start.year, start.month, start.day, rollover_hour, tzinfo=zone).timestamp() * 1000)
