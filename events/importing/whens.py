"""When an event takes place, of the days and times in its row."""

from dataclasses import dataclass
from datetime import date, time

from events.importing import clocks, days, values
from events.importing.cells import CellReader
from events.importing.columns import Columns
from events.importing.problems import Unreadable

# Also what the export writes, so that it means the same when it comes back.
MONTH_ONLY = "日にちは未定・不明（月だけ決まっている）"
ENDS_BEFORE_IT_BEGINS = "終わりが始まりより前か、同じ時刻です。終了日と終了時間を確かめてください。"
HAS_NO_END = (
    "開始時間だけがあり、終了時間がありません。終了時間を書くか、ファイルを選ぶ画面で"
    "「終了時間がない行は、終日として取り込む」を選んでください。"
)
HAS_NO_START = "終了時間だけがあり、開始時間がありません。開始時間を書いてください。"
ALL_DAY = "終日のイベントとして取り込み、始まりの時刻は「{label}」に入れます。"
REMARK = "うしろの注意書きは「{label}」に入れます。"
IS_MISSING = "書かれていません。{how}"
HOW = {
    "title": "イベントの名前を書いてください。",
    "start_date": f"始まる日を、{days.HOW_TO_WRITE}",
    "description": "どんなイベントかを、1文でもよいので書いてください。",
}


@dataclass(frozen=True)
class Options:
    """What the person chose for the whole file."""

    ends_may_be_missing: bool = False
    # Of days that are written without one.
    year: int | None = None


class WhenReader(CellReader):
    """Reads days and times with what the person chose for the whole file."""

    def __init__(self, columns: Columns, options: Options):
        super().__init__(columns)
        self.options = options

    def require(self, key: str) -> None:
        self.tell(key, IS_MISSING.format(how=HOW[key]), is_error=True)

    def read_when(self) -> None:
        errors = self.errors()
        first, last = self._days()
        start, end = self._times()
        if self.raw("schedule_note") == MONTH_ONLY:
            self.reading.values.pop("schedule_note", None)
            self.reading.values["only_month_known"] = True
        if first is None or last is None or self.errors() > errors:
            return
        if last < first or (last == first and start and end <= start):
            wrong = "end_date" if last < first else "end_time"
            self.tell(wrong if wrong in self.columns else "days", ENDS_BEFORE_IT_BEGINS, is_error=True)
            return
        self.reading.values |= {"start_date": first, "end_date": last}
        if "start_time" in self.columns or "end_time" in self.columns:
            self.reading.values |= {"start_time": start, "end_time": end}

    def _days(self) -> tuple[date | None, date | None]:
        if not values.is_blank(self.raw("start_date")):
            first = self.read_day("start_date", is_error=True)
            has_end = not values.is_blank(self.raw("end_date"))
            return first, self.read_day("end_date", is_error=True) if has_end else first
        if values.is_blank(self.raw("days")):
            key = "start_date" if "start_date" in self.columns else "days"
            self.tell(key, IS_MISSING.format(how=HOW["start_date"]), is_error=True)
            return None, None
        try:
            first, last, remark = days.read_days(self.cell("days"), self.options.year)
        except Unreadable as error:
            self.tell("days", str(error), is_error=True)
            return None, None
        if remark:
            self.move("days", "schedule_note", values.one_line(remark), REMARK)
        return first, last

    def read_day(self, key: str, *, is_error: bool = False) -> date | None:
        if values.is_blank(self.raw(key)):
            return None
        try:
            return days.read_day(self.cell(key), self.options.year)
        except Unreadable as error:
            self.tell(key, str(error), is_error=is_error)
            return None

    def _times(self) -> tuple[time | None, time | None]:
        errors = self.errors()
        start, end = self.read_time("start_time", is_error=True), self.read_time("end_time", is_error=True)
        if self.errors() > errors or (start is None) == (end is None):
            return start, end
        if start is None:
            self.tell("start_time" if "start_time" in self.columns else "end_time", HAS_NO_START, is_error=True)
        elif self.options.ends_may_be_missing:
            self.move("start_time", "schedule_note", f"{start.hour}:{start:%M}から", ALL_DAY)
        else:
            self.tell("end_time" if "end_time" in self.columns else "start_time", HAS_NO_END, is_error=True)
        return None, None

    def read_time(self, key: str, *, is_error: bool = False) -> time | None:
        if values.is_blank(self.raw(key)):
            return None
        try:
            at, remark = clocks.read_time(self.cell(key))
        except Unreadable as error:
            self.tell(key, str(error), is_error=is_error)
            return None
        if remark:
            self.move(key, "schedule_note", f"{self.columns.headers[key]}{values.one_line(remark)}", REMARK)
        return at
