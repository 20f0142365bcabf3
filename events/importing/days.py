"""Days as people write them into tables."""

import re
import unicodedata
from datetime import date, datetime, time, timedelta

from events.importing.files import Cell
from events.importing.problems import Unreadable
from taxonomy.wareki import WEEKDAYS, western_year

FIRST_YEAR, LAST_YEAR = 2000, 2100
# What Excel counts days from, and the numbers of the days that a table of events can mean.
_EPOCH = date(1899, 12, 30)
_SERIAL = range((date(FIRST_YEAR, 1, 1) - _EPOCH).days, (date(LAST_YEAR, 12, 31) - _EPOCH).days + 1)

HOW_TO_WRITE = "「2026年4月1日」か「2026-04-01」のように書いてください。"
IS_NO_DAY = f"日付を読み取れません。{HOW_TO_WRITE}"
HAS_NO_YEAR = (
    "年が書かれていません。「2026年8月12日」のように年から書くか、ファイルを選ぶ画面で「年のない日付の年」を"
    "選んでください。"
)
IS_NOT_IN_THE_CALENDAR = "カレンダーにない日付です。月と日を確かめてください。"
IS_ANOTHER_YEAR = f"年を確かめてください。{FIRST_YEAR}年から{LAST_YEAR}年までの日付を書けます。"
HAS_A_TIME = "日付と時刻が一緒に書かれています。日付だけを書き、時刻は時刻の列に書いてください。"
SEVERAL = "日付がいくつも書かれています。1行に1つの日（または続いた期間）だけを書き、日ごとに行を分けてください。"
HAS_NO_BEGINNING = "始まりの日が書かれていません。「2026年8月1日～8月16日」のように、始まりの日も書いてください。"

_YEAR = r"(?:(?P<year>[0-9]{4})[-/.年]|(?P<era>令和|平成|[RH])(?P<count>元|[0-9]{1,2})[-/.年])"
_WEEKDAY = (
    rf"(?:\((?P<weekday>[{WEEKDAYS}])(?:曜日?)?(?:[・･,、/]?(?:祝日?|休日?|振休))?\)|(?P<bare>[{WEEKDAYS}])曜日?)?"
)
_DAY = re.compile(rf"{_YEAR}?(?P<month>[0-9]{{1,2}})[-/.月](?P<day>[0-9]{{1,2}})日?{_WEEKDAY}")
_DAY_ALONE = re.compile(rf"(?P<day>[0-9]{{1,2}})日{_WEEKDAY}")
_PACKED = re.compile(r"(?P<year>(?:19|20)[0-9]{2})(?P<month>[0-9]{2})(?P<day>[0-9]{2})")
_MIDNIGHT = re.compile(r"(?:[T ]|(?<=日))0?0:00(?::00(?:\.0+)?)?$")
_CLOCK = re.compile(r"[0-9]{1,2}:[0-9]{2}")
_FROM_TO = re.compile(r"[~〜∼]|から")
_FOUND = re.compile(r"[0-9]{1,2}[月/][0-9]{1,2}")


def folded(text: str) -> str:
    """``text`` in one width; numbers in circles, which count and tell nothing, are taken away."""
    return unicodedata.normalize("NFKC", re.sub("[①-⑳]", " ", text)).strip()


def read_day(cell: Cell, year: int | None = None) -> date:
    """The day in ``cell``; ``year`` is that of days written without one. Raises Unreadable."""
    if isinstance(cell, datetime):
        if cell.time() != time.min:
            raise Unreadable(HAS_A_TIME)
        return _within_years(cell.date())
    if isinstance(cell, date):
        return _within_years(cell)
    if isinstance(cell, int | float) and not isinstance(cell, bool):
        return _numbered(cell)
    return _parsed(_without_spaces(str(cell)), year)


def _without_spaces(text: str) -> str:
    return re.sub(r"\s", "", _MIDNIGHT.sub("", folded(text)))


def _numbered(number: float) -> date:
    """20260401, or the day as Excel counts it."""
    if number in _SERIAL:
        return _EPOCH + timedelta(days=int(number))
    if number != number // 1:
        raise Unreadable(IS_NO_DAY)
    return _parsed(str(int(number)), None)


def _parsed(text: str, year: int | None) -> date:
    if re.fullmatch(r"[0-9]{5}(\.0)?", text) and int(text[:5]) in _SERIAL:
        return _EPOCH + timedelta(days=int(text[:5]))
    found = _PACKED.fullmatch(text) or _DAY.fullmatch(text)
    if found is None:
        if len(_FOUND.findall(text)) > 1 or re.search("[0-9]日?[、,・][0-9]", text):
            raise Unreadable(SEVERAL)
        raise Unreadable(HAS_A_TIME if _CLOCK.search(text) else IS_NO_DAY)
    return _day_of(found.groupdict(), year)


def _day_of(parts: dict[str, str | None], year: int | None) -> date:
    if parts.get("era"):
        year = western_year(parts["era"], parts["count"])
    elif parts.get("year"):
        year = int(parts["year"])
    if year is None:
        raise Unreadable(HAS_NO_YEAR)
    try:
        day = _within_years(date(year, int(parts["month"]), int(parts["day"])))
    except ValueError as error:
        raise Unreadable(str(error) if isinstance(error, Unreadable) else IS_NOT_IN_THE_CALENDAR) from error
    weekday = parts.get("weekday") or parts.get("bare")
    if weekday and WEEKDAYS[day.weekday()] != weekday:
        right = f"{day.year}年{day.month}月{day.day}日は{WEEKDAYS[day.weekday()]}曜日です"
        raise Unreadable(f"曜日が合いません（{right}）。日付か曜日を直してください。")
    return day


def _within_years(day: date) -> date:
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise Unreadable(IS_ANOTHER_YEAR)
    return day


def read_days(cell: Cell, year: int | None = None) -> tuple[date, date, str]:
    """First and last day in a cell such as 「8月5日（水）～8月16日（日）※10日以外」, and the remark behind them."""
    if not isinstance(cell, str):
        day = read_day(cell, year)
        return day, day, ""
    text, remark = with_remark(cell)
    text = _without_spaces(text)
    parts = _FROM_TO.split(text)
    if len(parts) == 1:
        if text.endswith("まで"):
            raise Unreadable(HAS_NO_BEGINNING)
        day = _parsed(text, year)
        return day, day, remark
    if len(parts) > 2:
        raise Unreadable(SEVERAL)
    first, last = parts[0], parts[1].removesuffix("まで")
    if not first:
        raise Unreadable(HAS_NO_BEGINNING)
    return *_period(first, last, year), remark


def _period(first: str, last: str, year: int | None) -> tuple[date, date]:
    """Two days, of which the second may leave out what it shares with the first."""
    begins = _parsed(first, year)
    if found := _DAY_ALONE.fullmatch(last):
        return begins, _day_of({**found.groupdict(), "month": str(begins.month)}, begins.year)
    ends = _parsed(last, begins.year)
    is_next_year = ends < begins and not re.match(_YEAR, last)
    return begins, _parsed(last, begins.year + 1) if is_next_year else ends


def with_remark(text: str) -> tuple[str, str]:
    """A cell without the remark at its end that begins with ※, and the remark."""
    text, mark, remark = text.partition("※")
    return text.strip(), f"{mark}{remark}".strip()
