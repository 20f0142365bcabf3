"""The short form in which members tell that an event is cancelled, postponed or full, or has a new day."""

from django import forms
from django.utils import timezone

from events.choices import EventState
from events.models import Event
from events.when_form import WhenForm, is_about_days
from publishing.rows import FormWithRows
from publishing.typed_fields import Radios

NEEDS_A_NEW_DAY = "延期したイベントを「開催予定」に戻すときは、新しい日にちを入力してください。もとの日は過ぎています。"
EXPLAINED = {
    EventState.PLANNED: "開催予定（予定どおり、または新しい日程で開く）",
    EventState.POSTPONED: "延期（新しい日程は、あとで知らせる）",
    EventState.CANCELLED: "中止（開かない）",
}


class StateForm(FormWithRows, WhenForm):
    state = forms.ChoiceField(
        label="開催の状態",
        choices=list(EXPLAINED.items()),
        widget=Radios,
        error_messages={
            "required": "開催の状態を選んでください。",
            "invalid_choice": "開催の状態を、並んでいるものから選んでください。",
        },
    )

    class Meta:
        model = Event
        fields = [
            *("state", "is_full", "state_note", "start_date", "start_time", "end_date", "end_time", "only_month_known")
        ]
        labels = {"state_note": "説明", "is_full": "満員になった・申込の受付を終えた"}
        help_texts = {"state_note": "理由や、代わりの案内、問い合わせ先など。公開ページのいちばん上に出ます。"}
        widgets = {"state_note": forms.Textarea(attrs={"rows": 4})}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False

    def clean(self):
        typed = super().clean()
        was_postponed = self.initial.get("state") == EventState.POSTPONED
        end = typed.get("end_date")
        if was_postponed and typed.get("state") == EventState.PLANNED and end and end < timezone.localdate():
            self.add_error("start_date", NEEDS_A_NEW_DAY)
        return typed

    @property
    def shows_days(self) -> bool:
        """Whether the part with the days is open: an event that was postponed gets a new one."""
        return self.initial.get("state") == EventState.POSTPONED or (self.is_bound and is_about_days(self))
