"""The form in which reviewers decide."""

from datetime import datetime, timedelta

from django import forms
from django.utils import timezone

from publishing.content import field_label
from publishing.forms import speak_plainly
from publishing.models import CannedReason

LONGEST_REASON = 1000
FURTHEST = timedelta(days=366)
# The name of the whole among the fields.
WHOLE = "note"
# Edits of public items are confirmed or rolled back as a whole: there is nothing to say at single fields.
COMMENTING = {"publish", "schedule", "return"}


class DecisionForm(forms.Form):
    """What a reviewer decides about ``item``; the pressed button says what, in ``decision``.

    ``version`` is that of the item when the page was opened. Each field of the content has a comment of its own.
    """

    version = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label="全体への理由",
        required=False,
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    publish_date = forms.DateField(
        label="公開する日", required=False, widget=forms.DateInput({"type": "date"}, "%Y-%m-%d")
    )
    publish_time = forms.TimeField(label="時刻", required=False, widget=forms.TimeInput({"type": "time"}, "%H:%M"))

    def __init__(self, data=None, *, item, decision="", **kwargs):
        super().__init__(data, **kwargs)
        self.decision = decision
        self.commented = [*item.CONTENT_FIELDS, *item.CONTENT_ROWS] if decision in COMMENTING else []
        for name in self.commented:
            self.fields[f"comment_{name}"] = forms.CharField(
                label=f"{field_label(item, name)}へのコメント",
                required=False,
                max_length=LONGEST_REASON,
                # The controls stand beside the fields, outside the form's element.
                widget=forms.Textarea(attrs={"rows": 3, "form": "decision"}),
            )
        for name, field in self.fields.items():
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.CharField):
                speak_plainly(field, name)

    def comment(self, name: str):
        """The bound comment on a field of the content."""
        return self[f"comment_{name}"]

    def comments(self) -> dict[str, str]:
        """The comments that were written, by field of the content."""
        said = {name: self.cleaned_data.get(f"comment_{name}", "").strip() for name in self.commented}
        return {name: text for name, text in said.items() if text}

    def publish_at(self) -> datetime | None:
        day, time = self.cleaned_data.get("publish_date"), self.cleaned_data.get("publish_time")
        return timezone.make_aware(datetime.combine(day, time)) if day and time else None

    def clean(self):
        super().clean()
        if self.decision == "schedule":
            self._check_moment()
        if self.decision == "return" and not self.errors and not (self.cleaned_data["note"] or self.comments()):
            self.add_error("note", "差し戻す理由を、ここか、項目ごとのコメントに書いてください。")
        if self.decision == "roll_back" and not self.errors and not self.cleaned_data["note"]:
            self.add_error("note", "元に戻す理由を書いてください。団体へのメールに入ります。")

    def _check_moment(self):
        moment = self.publish_at()
        if moment is None:
            for name in ("publish_date", "publish_time"):
                if name not in self.errors and not self.cleaned_data.get(name):
                    self.add_error(name, f"{self.fields[name].label}を入力してください。")
            return
        if moment <= timezone.now():
            self.add_error(
                "publish_date",
                "これから先の日時を入力してください。すぐに公開するときは「いま公開する」を押してください。",
            )
        elif moment > timezone.now() + FURTHEST:
            self.add_error("publish_date", "1年以内の日時を入力してください。")


def texts_with_reason(data) -> tuple[dict, str]:
    """What was typed into a decision form, with the chosen canned reason added; and the field it went to.

    The field is "" when nothing was chosen.
    """
    texts = {name: data.get(name, "") for name in data}
    target = texts.get("insert_into") or WHOLE
    reason = CannedReason.objects.filter(pk=_number(texts.get("canned", ""))).first()
    if reason is None or (target != WHOLE and not target.startswith("comment_")):
        return texts, ""
    texts[target] = "\n".join(filter(None, (texts.get(target, "").rstrip(), reason.text)))
    return texts, target


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
