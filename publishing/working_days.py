"""Working days of Japanese public offices: no Saturdays, Sundays, public holidays, or 29 December to 3 January.

The closed days are those of 行政機関の休日に関する法律 (昭和63年法律第91号), article 1.
"""

from datetime import date, datetime, timedelta

import jpholiday
from django.utils import timezone


def is_working_day(day: date) -> bool:
    closed_at_new_year = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not closed_at_new_year and not jpholiday.is_holiday(day)


def working_days_between(start: datetime, end: datetime) -> int:
    """How many working days began after the day of ``start``, up to the day of ``end``, as seen in Japan.

    The same day is 0, from Friday to Monday is 1.
    """
    day, last = timezone.localdate(start), timezone.localdate(end)
    count = 0
    while day < last:
        day += timedelta(days=1)
        count += is_working_day(day)
    return count
