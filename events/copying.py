"""The next event as a copy of one: everything that stays, on the day on which it comes next."""

from dataclasses import dataclass
from datetime import date, timedelta

from events import times
from events.models import Event

# What belongs to one event alone. Days are offered anew, see `Offer`.
NOT_COPIED = (
    *("start_date", "end_date", "application_opens_on", "application_closes_on", "report", "minutes"),
    *("publish_at", "co_organizers", "regions", "themes", "tags"),
)
MANY = ("co_organizers", "regions", "themes")
_DAYS = ("end_date", "application_opens_on", "application_closes_on")


@dataclass(frozen=True)
class Offer:
    """The days of the next event, and a sentence about how they were found."""

    days: dict[str, date | None]
    sentence: str


def offer(previous: Event, today: date) -> Offer:
    """The same weekday of the next month; all other days move with the first one."""
    if previous.only_month_known:
        first, last = times.month_after(previous.start_date, today)
        return Offer({"start_date": first, "end_date": last}, f"{first.month}月を入れました。確かめてください。")
    start = times.next_time(previous.start_date, today)
    distance = start - previous.start_date
    moved = {name: _moved(getattr(previous, name), distance) for name in _DAYS}
    return Offer({"start_date": start, **moved}, _told(previous.start_date, start))


def _moved(day: date | None, distance: timedelta) -> date | None:
    return day + distance if day else None


def _told(before: date, start: date) -> str:
    wanted, found = times.nth_weekday_text(before), times.nth_weekday_text(start)
    because = f"{found}に合わせて" if wanted == found else f"{start.month}月には{wanted}がないので、{found}の"
    return f"{because}{start.month}月{start.day}日を入れました。確かめてください。"


def copied(previous: Event, fields: list[str], offered: Offer) -> dict:
    """What the form of the next event begins with."""
    content = {name: getattr(previous, name) for name in fields if name not in NOT_COPIED}
    many = {name: [each.pk for each in getattr(previous, name).all()] for name in MANY}
    return {
        **content,
        **many,
        **offered.days,
        "organization": previous.organization_id,
        "series_title": previous.series.title if previous.series else "",
        "tags": previous.tags.all(),
    }
