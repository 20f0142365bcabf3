"""Working days between many pairs of days, and the middle of what was counted."""

from collections import Counter
from datetime import date, timedelta
from functools import cache

from publishing.working_days import is_working_day

_known = cache(is_working_day)


class WorkingDays:
    """The same as `publishing.working_days.working_days_between`, for days from ``first`` to ``last``, asked often."""

    def __init__(self, first: date, last: date):
        self.passed, day, count = {}, first, 0
        while day <= last:
            count += _known(day)
            self.passed[day] = count
            day += timedelta(days=1)

    def between(self, start: date, end: date) -> int:
        return self.passed[end] - self.passed[start]


def percentile(counted: Counter[int], share: float) -> float | None:
    """The value below which that share lies, as PERCENTILE_CONT of the database says it; None of nothing."""
    total = counted.total()
    if not total:
        return None
    place = share * (total - 1)
    below = _at(counted, int(place))
    above = _at(counted, min(int(place) + 1, total - 1))
    return below + (above - below) * (place - int(place))


def _at(counted: Counter[int], place: int) -> int:
    for value in sorted(counted):
        place -= counted[value]
        if place < 0:
            return value
    raise IndexError(place)
