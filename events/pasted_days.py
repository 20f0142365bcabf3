"""The days and times in a line of a notice, such as 「12月5日（土）13:30〜16:00（受付13:00〜）」."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, time, timedelta

from taxonomy.wareki import WEEKDAYS, western_year

_SPAN = r"(?P<mark>[~〜∼ー―–-]|から|より)"
_DAY = (
    r"(?<![0-9])(?:(?:(?P<era>令和|平成|[RH])\s?(?P<count>元|[0-9]{1,2})|(?P<year>(?:19|20)[0-9]{2}))\s?[年./-]\s?)?"
    r"(?P<month>[0-9]{1,2})\s?(?:月|/|(?<=[./-][0-9])[./-]|(?<=[./-][0-9]{2})[./-])\s?(?P<day>[0-9]{1,2})\s?日?"
    rf"(?:\s?\((?P<weekday>[{WEEKDAYS}])[^()]{{0,8}}\))?"
)
_IN_BRACKETS = rf"\([{WEEKDAYS}][^()]{{0,8}}\)"
_LATER_DAY = rf"(?<![0-9月])(?P<alone>[0-9]{{1,2}})\s?(?:日(?!間)(?:\s?{_IN_BRACKETS})?|{_IN_BRACKETS})"
_TIME = (
    r"(?P<next>翌日?)?\s?(?P<half>午前|午後|[AP]M)?\s?"
    r"(?:(?<![0-9])(?P<hour>[0-9]{1,2})\s?"
    r"(?::\s?(?P<minute>[0-9]{2})|時(?!間)(?:\s?(?P<spoken>[0-9]{1,2})分|(?P<halfpast>半))?)|(?P<noon>正午))"
)
_TOKEN = re.compile(f"(?P<is_time>{_TIME})|(?P<is_day>{_DAY})|(?P<is_alone>{_LATER_DAY})|{_SPAN}", re.IGNORECASE)
# The same year once more: 「令和8年（2026年）」.
_SAME_YEAR = re.compile(r"\((?:令和|平成)?\s?(?:元|[0-9]{1,4})\s?年\)")
# Times at which the doors open, not the event.
_DOORS = ("受付", "開場", "入場", "締切", "集合")
NEAR = 6
LONGEST_LINE = 500


@dataclass(frozen=True)
class When:
    """What was understood; `is_all` says whether nothing of the days and times was left over."""

    start_date: date | None = None
    end_date: date | None = None
    start_time: time | None = None
    end_time: time | None = None
    is_all: bool = True


@dataclass
class _Span:
    """Days and times in their order, and which of them follow a mark such as 「〜」."""

    days: list[date]
    times: list[tuple[int, int, bool, bool]]
    after_mark: list[str]
    is_all: bool = True


def read_when(text: str, today: date) -> When:
    """The first day or period in ``text`` with its times; days without a year are the next ones from ``today``."""
    text = unicodedata.normalize("NFKC", text)[:LONGEST_LINE]
    found = _tokens(_SAME_YEAR.sub("", text), today)
    start_date, end_date = _period(found)
    start, end, is_next_day = _times(found)
    if start_date and is_next_day and end_date == start_date:
        end_date = start_date + timedelta(days=1)
    return When(start_date, end_date, start, end, found.is_all)


def _tokens(text: str, today: date) -> _Span:
    found, follows_mark = _Span([], [], []), False
    for token in _TOKEN.finditer(text):
        if token["mark"]:
            follows_mark = True
            continue
        if token["is_time"]:
            if _is_about_doors(text, token):
                found.is_all = False
            else:
                found.times.append(_hour_and_minute(token))
                found.after_mark.append("time" if follows_mark else "")
        elif day := _day_of(token, found.days, today):
            found.days.append(day)
            found.after_mark.append("day" if follows_mark else "")
        follows_mark = False
    return found


def _is_about_doors(text: str, token: re.Match) -> bool:
    before = text[max(0, token.start() - NEAR) : token.start()]
    return any(word in before for word in _DOORS) or text.startswith(_DOORS, token.end())


def _day_of(token: re.Match, before: list[date], today: date) -> date | None:
    try:
        if token["alone"]:
            return before[-1].replace(day=int(token["alone"])) if before else None
        month, day = int(token["month"]), int(token["day"])
        if year := _year_of(token):
            return date(year, month, day)
        if before:
            year = before[-1].year
            found = date(year, month, day)
            return found if found >= before[-1] else date(year + 1, month, day)
        return _coming(month, day, token["weekday"], today)
    except ValueError:
        return None


def _year_of(token: re.Match) -> int | None:
    if token["era"]:
        return western_year(token["era"], token["count"])
    return int(token["year"]) if token["year"] else None


def _coming(month: int, day: int, weekday: str | None, today: date) -> date:
    """The next such day; where a weekday stands behind it and another year fits it, that one."""
    years = [year for year in (today.year, today.year + 1, today.year - 1) if _exists(year, month, day)]
    days = [date(year, month, day) for year in years]
    coming = [each for each in days if each >= today] or days
    if not coming:
        raise ValueError(f"no day {month}-{day}")
    fitting = [each for each in [*coming, *days] if WEEKDAYS[each.weekday()] == weekday]
    return (fitting or coming)[0]


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _hour_and_minute(token: re.Match) -> tuple[int, int, bool, bool]:
    """Hour, minute, whether it says 午後, whether it is of the next day."""
    is_next_day = bool(token["next"])
    if token["noon"]:
        return 12, 0, False, is_next_day
    hour = int(token["hour"])
    minute = 30 if token["halfpast"] else int(token["minute"] or token["spoken"] or 0)
    is_afternoon = (token["half"] or "").upper() in ("午後", "PM")
    return hour + 12 if is_afternoon and hour < 12 else hour, minute, is_afternoon, is_next_day


def _period(found: _Span) -> tuple[date | None, date | None]:
    if not found.days:
        return None, None
    first, *others = found.days
    if others and "day" in found.after_mark and others[0] >= first:
        found.is_all = found.is_all and len(others) == 1
        return first, others[0]
    found.is_all = found.is_all and not others
    return first, first


def _times(found: _Span) -> tuple[time | None, time | None, bool]:
    """First and last time, and whether the last is of the next day."""
    if not found.times:
        return None, None, False
    (hour, minute, is_afternoon, _), *others = found.times
    start = _clock(hour, minute)
    has_end = "time" in found.after_mark or ("day" in found.after_mark and len(found.days) > 1)
    if start is None or not others or not has_end:
        found.is_all = False
        return start, None, False
    found.is_all = found.is_all and len(others) == 1
    last_hour, last_minute, _, is_next_day = others[0]
    if is_afternoon and last_hour < 12 and not is_next_day and (last_hour + 12, last_minute) > (hour, minute):
        last_hour += 12
    if (last_hour, last_minute) == (24, 0):
        return start, time(0), True
    return start, _clock(last_hour, last_minute), is_next_day


def _clock(hour: int, minute: int) -> time | None:
    return time(hour, minute) if hour < 24 and minute < 60 else None
