"""One row of a table as the values of an event, with everything that is wrong with its cells."""

from datetime import date

from events.choices import Application
from events.importing import days, values
from events.importing.cells import MOVED, Reading
from events.importing.columns import Columns
from events.importing.files import Cell
from events.importing.problems import Unreadable
from events.importing.whens import Options, WhenReader
from events.models import Event
from taxonomy import registry

IS_HALF_A_POSITION = "緯度と経度は、両方を書いてください。"
CLOSES_BEFORE_IT_OPENS = "申込の締切が、開始日より前です。日付を確かめてください。"
IS_NOT_NEEDED = "申込がいらないと読めるため、申込の日付は取り込みません。参加申込方法と合っているか確かめてください。"
CLOSES_AFTER_IT_ENDS = "申込の締切が、イベントの終わりより後です。日付を確かめてください。"
HAS_NO_CLOSING_DAY = "締切の時刻だけがあり、日付がありません。参加申込終了日を書いてください。"
UNKNOWN_THEMES = (
    "このサイトにない分野があります。「買い物、移動（交通）」のように、分野の名前を「、」で区切って書いてください。"
)
UNKNOWN_PLACE = "都道府県・市区町村が分かりません。「香川県」「高松市」のように書いてください。"


class RowReader(WhenReader):
    """Reads rows with the same columns."""

    def __init__(self, columns: Columns, options: Options, organization_name: str):
        super().__init__(columns, options)
        self.organization_name = organization_name

    def read(self, number: int, cells: list[Cell]) -> Reading:
        self.begin(number, cells)
        for part in (self._names, self.read_when, self._place, self._region, self._fee, self._people):
            part()
        for part in (self._application, self._contact, self._rest):
            part()
        return self.reading

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
        opens, closes = self.read_day("application_opens_on"), self.read_day("application_closes_on")
        at = self.read_time("application_closes_at")
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
        self._check_application()

    def _check_application(self) -> None:
        """As the form of events wants it: days go with an application, and its last one is not after the event's."""
        row = self.reading.values
        days = [name for name in _APPLICATION_DAYS if row.get(name)]
        if row.get("application") == Application.NOT_NEEDED and days:
            self._leave_out(IS_NOT_NEEDED)
        elif "application_closes_on" in days and "end_date" in row and row["application_closes_on"] > row["end_date"]:
            self._leave_out(CLOSES_AFTER_IT_ENDS)

    def _leave_out(self, sentence: str) -> None:
        for name in _APPLICATION_DAYS:
            if self.reading.values.pop(name, None) and name != "application_closes_at":
                self.tell(name if name in self.columns else "application_period", sentence)

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


_APPLICATION_DAYS = ("application_opens_on", "application_closes_on", "application_closes_at")
_PLACE_NAMES = ("prefecture", "municipality", "government", "address_prefecture", "address_municipality")


def read_cells(cells: list[str], reader: RowReader) -> dict:
    """The values of cells that the export made."""
    return reader.read(0, cells).values
