"""Days and times in the forms of an event: half of it may be left out, and what cannot be is told."""

from calendar import monthrange

from django import forms

from events.fields import TimeField
from publishing.forms import ItemForm
from publishing.typed_fields import DayField

HAS_NO_END = "終了時刻を入力してください。決まっていないときは、だいたいの時刻でかまいません。"
HAS_NO_START = "開始時刻を入力してください。終日のときは、終了時刻も空欄にしてください。"
ENDS_BEFORE_IT_BEGINS = "終了日が、開始日より前になっています。どちらかを直してください。"
ENDS_BEFORE_ITS_TIME = (
    "終了時刻が、開始時刻より前か、同じ時刻になっています。夜の12時をまたぐときは、終了日を翌日にしてください。"
)
MONTH_HAS_NO_TIMES = "日にちが決まっていないときは、開始時刻と終了時刻を空欄にしてください。"


class WhenForm(ItemForm):
    """Without an end day it ends on the day on which it begins; without times it lasts all day."""

    start_date = DayField(label="開始日")
    start_time = TimeField(
        label="開始時刻", required=False, help_text="例：13:30、午後1時30分。終日のときは空欄のままにしてください"
    )
    end_date = DayField(
        label="終了日",
        required=False,
        help_text="空欄なら、開始日と同じ日になります。夜の12時をまたぐときは、翌日の日付を入れてください",
    )
    end_time = TimeField(label="終了時刻", required=False, help_text="例：16:00")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["start_date"].error_messages["required"] = "開始日を入力してください。"
        self.fields["only_month_known"].label = "日にちは未定（月だけ決まっている）"
        self.fields["only_month_known"].help_text = ""

    def clean(self):
        typed = super().clean()
        start, end = typed.get("start_date"), typed.get("end_date")
        if start and "end_date" not in self.errors:
            typed["end_date"] = end or start
        if typed.get("only_month_known"):
            self._take_the_month(typed)
        else:
            tell_order(self, typed)
        return typed

    def _take_the_month(self, typed):
        if typed.get("start_time") or typed.get("end_time"):
            self.add_error("only_month_known", MONTH_HAS_NO_TIMES)
        if start := typed.get("start_date"):
            typed["start_date"] = start.replace(day=1)
            typed["end_date"] = start.replace(day=monthrange(start.year, start.month)[1])


def tell_order(form: forms.ModelForm, typed: dict) -> None:
    """Say of any form of events what cannot be about its days and times."""
    start, end = typed.get("start_date"), typed.get("end_date")
    begins, ends = typed.get("start_time"), typed.get("end_time")
    has_read_times = not {"start_time", "end_time"} & form.errors.keys()
    if has_read_times and begins and ends is None:
        form.add_error("end_time", HAS_NO_END)
    elif has_read_times and ends and begins is None:
        form.add_error("start_time", HAS_NO_START)
    if start and end and end < start:
        form.add_error("end_date", ENDS_BEFORE_IT_BEGINS)
    elif start and start == end and begins and ends and ends <= begins:
        form.add_error("end_time", ENDS_BEFORE_ITS_TIME)


def is_about_days(form: forms.ModelForm) -> bool:
    """Whether anything about the days was changed, or cannot be read."""
    names = {"start_date", "start_time", "end_date", "end_time", "only_month_known"}
    return bool(names & ({*form.errors} | {*form.changed_data}))
