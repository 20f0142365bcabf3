"""One month as weeks of days, each with what takes place on it."""

from calendar import Calendar
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import jpholiday

from events.models import Event
from search.request import Period

# Weeks begin on Sunday, as calendars on Japanese walls do.
SUNDAY = 6
FIRST_YEAR, LAST_YEAR = 2000, 2100
# How many events a day of the table names before it leads to the list of the day.
PER_DAY = 4


@dataclass(frozen=True)
class Day:
    date: date
    events: list[Event]
    is_in_month: bool
    is_today: bool

    @property
    def holiday(self) -> str:
        return jpholiday.is_holiday_name(self.date) or ""

    @property
    def shown(self) -> list[Event]:
        return self.events[:PER_DAY]

    @property
    def more(self) -> int:
        return max(0, len(self.events) - PER_DAY)


@dataclass(frozen=True)
class Month:
    """A month of the calendar; raises ValueError for a year that the calendar does not have."""

    year: int
    month: int

    def __post_init__(self):
        if not (FIRST_YEAR <= self.year <= LAST_YEAR and 1 <= self.month <= 12):
            raise ValueError(f"no month {self.year}-{self.month}")

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    @property
    def first(self) -> date:
        return date(self.year, self.month, 1)

    @property
    def last(self) -> date:
        return (self.first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)

    @property
    def period(self) -> Period:
        return Period(self.first, self.last)

    def _beside(self, day: date) -> "Month | None":
        return Month.of(day) if FIRST_YEAR <= day.year <= LAST_YEAR else None

    @property
    def previous(self) -> "Month | None":
        return self._beside(self.first - timedelta(days=1))

    @property
    def next(self) -> "Month | None":
        return self._beside(self.last + timedelta(days=1))

    def weeks(self, events: Iterable[Event], today: date) -> list[list[Day]]:
        """The weeks with the events of each day of the month; several-day events stand on each of their days."""
        by_day = self._by_day(events)
        return [
            [Day(day, by_day[day], day.month == self.month, day == today) for day in week]
            for week in Calendar(SUNDAY).monthdatescalendar(self.year, self.month)
        ]

    def _by_day(self, events: Iterable[Event]) -> defaultdict[date, list[Event]]:
        by_day = defaultdict(list)
        for event in events:
            day = max(event.start_date, self.first)
            while day <= min(event.end_date, self.last):
                by_day[day].append(event)
                day += timedelta(days=1)
        return by_day
