"""One row of a table as the values of an event, with everything that is wrong with its cells."""

from dataclasses import dataclass
from datetime import date, time

from events.choices import Application
from events.importing import clocks, days, values
from events.importing.cells import MOVED, CellReader, Reading
from events.importing.columns import Columns
from events.importing.files import Cell, clean
from events.importing.problems import Unreadable
from events.models import Event
from taxonomy import registry

# Also what the export writes, so that it means the same when it comes back.
MONTH_ONLY = "日にちは未定・不明（月だけ決まっている）"

IS_MISSING = "書かれていません。{how}"
HOW = {
    "title": "イベントの名前を書いてください。",
    "start_date": f"始まる日を、{days.HOW_TO_WRITE}",
    "description": "どんなイベントかを、1文でもよいので書いてください。",
}
ENDS_BEFORE_IT_BEGINS = "終わりが始まりより前か、同じ時刻です。終了日と終了時間を確かめてください。"
HAS_NO_END = (
    "開始時間だけがあり、終了時間がありません。終了時間を書くか、ファイルを選ぶ画面で"
    "「終了時間がない行は、終日として取り込む」を選んでください。"
)
HAS_NO_START = "終了時間だけがあり、開始時間がありません。開始時間を書いてください。"
ALL_DAY = "終日のイベントとして取り込み、始まりの時刻は「{label}」に入れます。"
IS_HALF_A_POSITION = "緯度と経度は、両方を書いてください。"
CLOSES_BEFORE_IT_OPENS = "申込の締切が、開始日より前です。日付を確かめてください。"
HAS_NO_CLOSING_DAY = "締切の時刻だけがあり、日付がありません。参加申込終了日を書いてください。"
UNKNOWN_THEMES = (
    "このサイトにない分野があります。「買い物、移動（交通）」のように、分野の名前を「、」で区切って書いてください。"
)
UNKNOWN_PLACE = "都道府県・市区町村が分かりません。「香川県」「高松市」のように書いてください。"


@dataclass(frozen=True)
class Options:
    """What the person chose for the whole file."""

    ends_may_be_missing: bool = False
    # Of days that are written without one.
    year: int | None = None


class RowReader(CellReader):
    """Reads rows with the same columns."""

    def __init__(self, columns: Columns, options: Options, organization_name: str):
        super().__init__(columns)
        self.options, self.organization_name = options, organization_name

    def read(self, number: int, cells: list[Cell]) -> Reading:
        self.begin(number, cells)
        for part in (self._names, self._when, self._place, self._region, self._fee, self._people):
            part()
        for part in (self._application, self._contact, self._rest):
            part()
        return self.reading

    def require(self, key: str) -> None:
        self.tell(key, IS_MISSING.format(how=HOW[key]), is_error=True)

    # Parts of an event.

    def _names(self) -> None:
        title = self.text("title")
        if title:
            self.put("title", title, is_error=True)
        else:
            self.require("title")
        description = self.text("description")
        if description:
            summary, content = values.described(description)
            self.put("summary", summary)
            self.put("content", content, key="description")
        else:
            self.require("description")
        self.put("title_kana", values.katakana(self.text("title_kana")))
        self.put_text("title_english", "subtitle", "external_id", "schedule_note")

    def _when(self) -> None:
        errors = self.errors()
        first, last = self._days()
        start, end = self._times()
        if self.raw("schedule_note") == MONTH_ONLY:
            del self.reading.values["schedule_note"]
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
            first = self._day("start_date", is_error=True)
            has_end = not values.is_blank(self.raw("end_date"))
            return first, self._day("end_date", is_error=True) if has_end else first
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
            self.move("days", "schedule_note", values.one_line(remark))
        return first, last

    def _day(self, key: str, *, is_error: bool = False) -> date | None:
        if values.is_blank(self.raw(key)):
            return None
        try:
            return days.read_day(self.cell(key), self.options.year)
        except Unreadable as error:
            self.tell(key, str(error), is_error=is_error)
            return None

    def _times(self) -> tuple[time | None, time | None]:
        errors = self.errors()
        start, end = self._time("start_time", is_error=True), self._time("end_time", is_error=True)
        if self.errors() > errors or (start is None) == (end is None):
            return start, end
        if start is None:
            self.tell("start_time" if "start_time" in self.columns else "end_time", HAS_NO_START, is_error=True)
        elif self.options.ends_may_be_missing:
            self.move("start_time", "schedule_note", f"{start.hour}:{start:%M}から", ALL_DAY)
        else:
            self.tell("end_time" if "end_time" in self.columns else "start_time", HAS_NO_END, is_error=True)
        return None, None

    def _time(self, key: str, *, is_error: bool = False) -> time | None:
        if values.is_blank(self.raw(key)):
            return None
        try:
            at, remark = clocks.read_time(self.cell(key))
        except Unreadable as error:
            self.tell(key, str(error), is_error=is_error)
            return None
        if remark:
            self.move(key, "schedule_note", f"{self.columns.headers[key]}{values.one_line(remark)}")
        return at

    def _place(self) -> None:
        self.put("venue", self.text("venue") or self.text("facility"), key="venue")
        whole = self.text("address") or "".join(
            self.text(f"address_{part}") for part in ("prefecture", "municipality", "town", "number")
        )
        self.put("address", " ".join(filter(None, [whole, self.text("building")])))
        latitude = self.understand("latitude", lambda text: values.position(text, 90))
        longitude = self.understand("longitude", lambda text: values.position(text, 180))
        if latitude and longitude:
            self.reading.values |= {"latitude": latitude, "longitude": longitude}
        elif latitude or longitude:
            self.tell("latitude" if latitude is None else "longitude", IS_HALF_A_POSITION)
        self.put_text("access", "parking")
        has_parking = self.understand("has_parking", lambda text: values.choice(text, values.YES_NO, values.HOW_YES_NO))
        if has_parking and not self.text("parking"):
            self.put("parking", "駐車場あり" if has_parking == "yes" else "駐車場なし")
        self.put("format", self.understand("format", values.event_format))

    def _region(self) -> None:
        """By its code, else by the names of prefecture and municipality."""
        code = self.understand("code", values.region_by_code)
        names = [
            self.text("prefecture") + self.text("municipality"),
            self.text("government"),
            self.text("address_prefecture") + self.text("address_municipality"),
        ]
        if code is None and any(names):
            code = next((found for name in names if (found := values.region_by_name(name))), None)
            if code is None:
                self.tell(next(key for key in _PLACE_NAMES if self.text(key)), UNKNOWN_PLACE)
        if code:
            self.reading.values["region"] = code

    def _fee(self) -> None:
        self.put_text("fee_note")
        if text := self.text("fee"):
            try:
                self.reading.values["fee"] = values.fee(text)
            except Unreadable as error:
                if str(error) == values.IS_NO_FEE:
                    self.reading.values["fee"] = None
                    self.move("fee", "fee_note")
                else:
                    self.tell("fee", str(error))
        elif values.compact(self.text("fee_kind")) == "無料":
            self.reading.values["fee"] = 0

    def _people(self) -> None:
        self.put_text("audience_note", "co_organizers_note")
        if not values.is_nothing(self.text("capacity")):
            capacity = self.understand("capacity", values.number)
            if capacity == 0:
                self.tell("capacity", values.IS_NO_NUMBER)
            self.put("capacity", capacity or None)
        organizer = self._other_organizers(self.text("organizer"))
        if organizer and "co_organizers_note" not in self.reading.values:
            self.put("co_organizers_note", organizer, key="organizer")

    def _other_organizers(self, text: str) -> str:
        """Those beside the organization itself, which the export names first."""
        first, _, others = text.partition("、")
        return others if first == self.organization_name else text

    def _application(self) -> None:
        opens, closes = self._day("application_opens_on"), self._day("application_closes_on")
        at = self._time("application_closes_at")
        text = self.text("application_note")
        period = self.raw("application_period")
        if not values.is_nothing(period) and closes is None:
            opens, closes, text = self._application_period(opens, text)
        if opens and closes and closes < opens:
            self.tell("application_closes_on", CLOSES_BEFORE_IT_OPENS)
            opens = closes = at = None
        if at and not closes:
            self.tell("application_closes_at", HAS_NO_CLOSING_DAY)
            at = None
        self.put("application_opens_on", opens)
        self.put("application_closes_on", closes)
        self.put("application_closes_at", at)
        self.put("application_url", self.understand("application_url", values.url))
        self._how_to_apply(text)

    def _application_period(self, opens: date | None, text: str) -> tuple[date | None, date | None, str]:
        """First and last day, or the cell as text about how to apply."""
        try:
            first, last, remark = days.read_days(self.cell("application_period"), self.options.year)
        except Unreadable:
            first = last = remark = None
        if first != last:
            return first, last, "\n".join(filter(None, [text, remark]))
        period = self.raw("application_period")
        if values.application(period)[0] == Application.NEEDED:
            label = Event._meta.get_field("application_note").verbose_name
            self.tell("application_period", MOVED.format(label=label))
        return opens, None, "\n".join(filter(None, [text, period]))

    def _how_to_apply(self, text: str) -> None:
        is_needed = self.understand(
            "is_application_needed", lambda text: values.choice(text, values.YES_NO, values.HOW_YES_NO)
        )
        if text:
            application, note = values.application(text)
            self.put("application", application)
            self.put("application_note", note)
        elif is_needed:
            self.put("application", Application.NEEDED.value if is_needed == "yes" else Application.NOT_NEEDED.value)
        elif "application_closes_on" in self.reading.values or "application_url" in self.reading.values:
            self.put("application", Application.NEEDED.value)

    def _contact(self) -> None:
        self.put_text("contact_name", "contact_extension")
        self.put("contact_phone", values.phone(self.text("contact_phone")))
        self.put("contact_email", self.understand("contact_email", values.email))

    def _rest(self) -> None:
        self.put("url", self.understand("url", values.url))
        self.put_text("remarks")
        state = self.understand("state", lambda text: values.choice(text, values.STATES, values.HOW_STATE))
        self.put("state", state)
        self.put("kind", self.understand("kind", lambda text: values.choice(text, values.KINDS, values.HOW_KIND)))
        self._themes()
        tags = [tag for each in values.split(self.text("tags")) if (tag := each[:50])]
        if tags:
            self.reading.values["tags"] = sorted(set(tags[:20]))

    def _themes(self) -> None:
        by_name = {values.compact(theme.name): slug for slug, theme in registry.themes().items()}
        names = values.split(self.text("themes"))
        found = [by_name[values.compact(name)] for name in names if values.compact(name) in by_name]
        if len(found) < len(names):
            self.tell("themes", UNKNOWN_THEMES)
        if found:
            self.reading.values["themes"] = sorted(set(found))


_PLACE_NAMES = ("prefecture", "municipality", "government", "address_prefecture", "address_municipality")


def read_cells(cells: list[str], reader: RowReader) -> dict:
    """The values of cells that the export made."""
    return reader.read(0, [clean(cell) for cell in cells]).values
