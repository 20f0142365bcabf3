"""The form with which members choose a table of events."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone

from events.forms import organizations_of
from events.importing import preview
from events.importing.days import FIRST_YEAR, LAST_YEAR
from events.importing.whens import Options
from organizations.models import Organization
from publishing.form_fields import KeyField

NO_FILE = "ファイルを選んでください。"
IS_EMPTY = "ファイルの中身が空です。表を作って保存してから、もう一度選んでください。"


class ImportForm(forms.Form):
    """``user`` is who uploads: the organizations are those for which the person may post events."""

    key = KeyField(initial=uuid.uuid4)
    organization = forms.ModelChoiceField(
        label="どの団体のイベントですか",
        queryset=Organization.objects.none(),
        empty_label="選んでください",
        error_messages={"required": "団体を選んでください。", "invalid_choice": "団体を一覧から選んでください。"},
    )
    file = forms.FileField(
        label="イベントの表（CSVかExcel）",
        help_text="5MB・5,000行まで。CSVはShift_JIS（Excelのふつうの保存）でもUTF-8でもかまいません。",
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx"}),
        max_length=1_000,
        error_messages={"required": NO_FILE, "missing": NO_FILE, "invalid": NO_FILE, "empty": IS_EMPTY},
    )
    ends_may_be_missing = forms.BooleanField(label="終了時間がない行は、終日として取り込む", required=False)
    year = forms.TypedChoiceField(
        label="年のない日付の年",
        help_text="「8月12日」のように年が書かれていない日付があるときだけ、選んでください。",
        coerce=int,
        empty_value=None,
        required=False,
        error_messages={"invalid_choice": "年を一覧から選んでください。"},
    )

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, use_required_attribute=False, **kwargs)
        self.user = user
        own = organizations_of(user)
        self.fields["organization"].queryset = own
        if len(found := list(own[:2])) == 1:
            self.initial["organization"] = found[0].pk
        this_year = timezone.localdate().year
        years = range(max(FIRST_YEAR, this_year - 1), min(LAST_YEAR, this_year + 2) + 1)
        self.fields["year"].choices = [("", "選ばない（年のない行は取り込まない）"), *((y, f"{y}年") for y in years)]

    def save(self):
        """The import with its preview; raises ValidationError for a file that cannot be read."""
        data = self.cleaned_data
        options = Options(data["ends_may_be_missing"], data["year"])
        return preview.prepare(
            organization=data["organization"], upload=data["file"], options=options, by=self.user, key=data["key"]
        )

    def saved(self):
        """Like `save`; None when the file cannot be read, which then stands at its field."""
        try:
            return self.save()
        except ValidationError as error:
            self.add_error("file", error)
            return None
