"""Times of day as people write them into tables."""

import re
from datetime import date, datetime, time, timedelta

from events.importing.days import folded
from events.importing.files import Cell
from events.importing.problems import Unreadable

HOW_TO_WRITE = "「13:30」のように、0:00から23:59までの時刻を書いてください。"
IS_NO_TIME = f"時刻を読み取れません。{HOW_TO_WRITE}"
SEVERAL = (
    "時刻がいくつも書かれています。1行に1回分だけを書き、回ごとに行を分けてください"
    "（同じ日に何回かあるときは、NOの列に別々の番号を付けてください）。"
)
IS_MIDNIGHT = "24時は書けません。「23:59」とするか、終了日を翌日にして「0:00」と書いてください。"
IS_NOON_OR_MIDNIGHT = "午前・午後の12時は読み取れません。昼の12時は「12:00」、夜中の12時は「0:00」と書いてください。"

_HALVES = {"午前": 0, "AM": 0, "午後": 12, "PM": 12}
_TIME = re.compile(
    r"(?P<half>午前|午後|AM|PM)?(?:"
    r"(?P<hour>[0-9]{1,2})(?::(?P<minute>[0-9]{2})(?::[0-9]{2}(?:\.0+)?)?|時(?:(?P<spoken>[0-9]{1,2})分|(?P<halfpast>半))?)"
    r"|(?P<packed>[0-9]{3,4})(?![0-9:時分])|(?P<noon>正午))(?P<after>AM|PM)?",
    re.IGNORECASE,
)
# Excel's day zero, before a time of day that was saved as text.
_DAY_ZERO = re.compile(r"^(?:1899-12-3[01]|1900-01-0[01])[T ]")


def read_time(cell: Cell) -> tuple[time, str]:
    """The time of day in ``cell``, and a remark behind it such as 「(金、土は19:00まで)」. Raises Unreadable."""
    if isinstance(cell, datetime | time):
        return _of(cell.hour, cell.minute), ""
    if isinstance(cell, timedelta):
        seconds = int(cell.total_seconds())
        return _of(seconds // 3600, seconds % 3600 // 60), ""
    if isinstance(cell, float) and 0 <= cell < 1:
        return _of_fraction(cell), ""
    if isinstance(cell, date | bool):
        raise Unreadable(IS_NO_TIME)
    if isinstance(cell, float) and cell == cell // 1 and cell < 10_000:
        cell = int(cell)
    return _parsed(str(cell))


def _of_fraction(fraction: float) -> time:
    minutes = round(fraction * 24 * 60)
    return _of(minutes // 60, minutes % 60)


def _parsed(text: str) -> tuple[time, str]:
    folded_text = _DAY_ZERO.sub("", folded(text))
    if re.fullmatch(r"0?\.[0-9]+", folded_text):
        return _of_fraction(float(folded_text)), ""
    compact = re.sub(r"\s", "", folded_text)
    found = _TIME.match(compact)
    remark = compact[found.end() :] if found else ""
    if found and (not remark or remark.startswith(("※", "("))):
        return _time_of(found), _original_remark(text) if remark else ""
    times = [each for each in _TIME.finditer(compact) if not each["packed"]]
    raise Unreadable(SEVERAL if len(times) > 1 else IS_NO_TIME)


def _original_remark(text: str) -> str:
    """As it was written, from its first sign on."""
    return text[min((place for sign in "※(（" if (place := text.find(sign)) >= 0), default=0) :]


def _time_of(found: re.Match) -> time:
    if found["noon"]:
        return time(12)
    if found["packed"]:
        hour, minute = int(found["packed"][:-2]), int(found["packed"][-2:])
    else:
        hour = int(found["hour"])
        minute = 30 if found["halfpast"] else int(found["minute"] or found["spoken"] or 0)
    half = (found["half"] or found["after"] or "").upper()
    if not half:
        return _of(hour, minute)
    if hour == 12:
        raise Unreadable(IS_NOON_OR_MIDNIGHT)
    if hour > 12:
        raise Unreadable(IS_NO_TIME)
    return _of(hour + _HALVES[half], minute)


def _of(hour: int, minute: int) -> time:
    if hour == 24 and minute == 0:
        raise Unreadable(IS_MIDNIGHT)
    try:
        return time(hour, minute)
    except (ValueError, OverflowError) as error:
        raise Unreadable(IS_NO_TIME) from error
