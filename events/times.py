"""When an event takes place and when one can apply: pure functions of days, times and now, all in Japan."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta

from django.db.models import TextChoices
from django.utils import timezone

from taxonomy.wareki import WEEKDAYS, era_year, long_date

# From how many days before the last one it says that the end of the application is near.
SOON = timedelta(days=7)


class Phase(TextChoices):
    COMING = "coming", "開催予定"
    ONGOING = "ongoing", "開催中"
    OVER = "over", "終了"


class ApplicationState(TextChoices):
    NOT_NEEDED = "not_needed", "申込不要"
    BEFORE = "before", "申込受付前"
    OPEN = "open", "申込受付中"
    CLOSING = "closing", "申込締切間近"
    FULL = "full", "満員・受付終了"
    CLOSED = "closed", "申込受付終了"


# States in which one can still come.
OPEN_STATES = frozenset({ApplicationState.NOT_NEEDED, ApplicationState.OPEN, ApplicationState.CLOSING})


def moment(day: date, at: time | None) -> datetime:
    """The aware moment of a day and time in Japan; midnight for no time."""
    return timezone.make_aware(datetime.combine(day, at or time.min))


def end_of(day: date, at: time | None) -> datetime:
    """When something ends that ends at this time, or with this day."""
    return moment(day, at) if at is not None else moment(day + timedelta(days=1), None)


def phase_at(now: datetime, starts_at: datetime, ends_at: datetime) -> Phase:
    if now >= ends_at:
        return Phase.OVER
    return Phase.ONGOING if now >= starts_at else Phase.COMING


def application_state(
    now: datetime, opens_on: date | None, closes_on: date | None, closes_at: time | None = None
) -> ApplicationState:
    """Whether one can apply for an event for which one has to; both days included, without days it is open."""
    today = timezone.localdate(now)
    if opens_on and today < opens_on:
        return ApplicationState.BEFORE
    if closes_on is None:
        return ApplicationState.OPEN
    if now >= end_of(closes_on, closes_at):
        return ApplicationState.CLOSED
    return ApplicationState.CLOSING if closes_on - today <= SOON else ApplicationState.OPEN


def clock(at: time) -> str:
    return f"{at.hour}:{at:%M}"


def day_text(day: date, *, after: date | None = None) -> str:
    """「令和8年12月5日（土）」; without the year when it is that of ``after``."""
    weekday = WEEKDAYS[day.weekday()]
    if after and era_year(after) == era_year(day) and after.year == day.year:
        return f"{day.month}月{day.day}日（{weekday}）"
    return f"{long_date(day)}（{weekday}）"


def when_text(start_date: date, start_time: time | None, end_date: date, end_time: time | None) -> str:
    """「令和8年12月5日（土）13:30〜16:00」, 「令和8年12月5日（土）〜6日（日）」 and what lies between."""
    start = day_text(start_date) + (clock(start_time) if start_time else "")
    if start_date == end_date:
        return f"{start}〜{clock(end_time)}" if end_time else start
    end = day_text(end_date, after=start_date) + (clock(end_time) if end_time else "")
    return f"{start}〜{end}"


def month_text(day: date) -> str:
    """「令和8年12月（日にちは未定）」; of what is over nobody knows the day any more."""
    unknown = "不明" if day < timezone.localdate().replace(day=1) else "未定"
    return f"{era_year(day)}{day.month}月（日にちは{unknown}）"


def same_weekday_next_month(day: date) -> date:
    """The day of the next month that is the same weekday of the same week: the third Wednesday after the third.

    A fifth one becomes the last of its kind where the month has no fifth.
    """
    return _same_weekday_after(day, months=1)


def next_time(day: date, today: date) -> date:
    """When what takes place every month comes next: the same weekday of the next month that is not over by then."""
    months = 1
    while (found := _same_weekday_after(day, months)) < today:
        months += 1
    return found


def _same_weekday_after(day: date, months: int) -> date:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(year, month + 1, 1)
    number = 1 + (day.weekday() - first.weekday()) % 7 + 7 * ((day.day - 1) // 7)
    return date(year, month + 1, number if number <= monthrange(year, month + 1)[1] else number - 7)


def month_after(day: date, today: date) -> tuple[date, date]:
    """First and last day of the month after that of ``day``, or of the present one where that is over."""
    first = max((day.replace(day=28) + timedelta(days=4)).replace(day=1), today.replace(day=1))
    return first, first.replace(day=monthrange(first.year, first.month)[1])


def nth_weekday_text(day: date) -> str:
    """「第3水曜日」."""
    return f"第{(day.day - 1) // 7 + 1}{WEEKDAYS[day.weekday()]}曜日"
