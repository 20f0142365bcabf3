"""Which months a page of numbers is about."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.utils import timezone

from taxonomy.wareki import era_year, fiscal_year

RECENT = "recent"
RECENT_MONTHS = 13
# How many fiscal years may be chosen, the running one included.
FISCAL_YEARS = 5
APRIL = 4


@dataclass(frozen=True)
class Period:
    """Whole months in Japan, the oldest first; none of them lies in the future."""

    # As it stands in addresses: "recent", or the year in which a fiscal year begins.
    name: str
    label: str
    months: tuple[date, ...]

    @property
    def first(self) -> date:
        return self.months[0]

    @property
    def end(self) -> date:
        """The day after the last month."""
        return month_after(self.months[-1])

    @property
    def since(self) -> datetime:
        return _midnight(self.first)

    @property
    def until(self) -> datetime:
        """Before this moment."""
        return _midnight(self.end)


def choices(today: date) -> dict[str, str]:
    """What may be chosen, by the name in addresses."""
    running = fiscal_year_of(today)
    years = range(running, running - FISCAL_YEARS, -1)
    return {RECENT: f"最近の{RECENT_MONTHS}か月"} | {str(year): fiscal_year(year) for year in years}


def period(name: str, today: date) -> Period:
    """The period of a name that `choices` has; of a running fiscal year, the months that have begun."""
    this_month = today.replace(day=1)
    if name == RECENT:
        months = [this_month]
        while len(months) < RECENT_MONTHS:
            months.insert(0, month_before(months[0]))
    else:
        months = [date(int(name), APRIL, 1)]
        while len(months) < 12:
            months.append(month_after(months[-1]))
    return Period(name, choices(today)[name], tuple(month for month in months if month <= this_month))


def fiscal_year_of(day: date) -> int:
    return day.year - (day.month < APRIL)


def month_after(first_day: date) -> date:
    return (first_day + timedelta(days=31)).replace(day=1)


def month_before(first_day: date) -> date:
    return (first_day - timedelta(days=1)).replace(day=1)


def month_name(first_day: date) -> str:
    """「令和8年11月」."""
    return f"{era_year(first_day)}{first_day.month}月"


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, datetime.min.time()))
