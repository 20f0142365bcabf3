"""The form in which the people of a policy name cases."""

from django import forms
from django.forms.utils import ErrorDict

from cases.models import CaseStudy
from cases.picking import PICKS
from organizations.picking import Pick, undecided
from publishing.forms import speak_plainly

MOST_AT_ONCE = 20


class NamingForm(forms.Form):
    """Cases that used a policy, and a word to their people."""

    cases = forms.ModelMultipleChoiceField(
        CaseStudy.objects.published(),
        label="加える事例",
        required=False,
        error_messages={
            "invalid_choice": "選んだ事例が見つかりません。公開が終わっているかもしれません。選び直してください。",
            "invalid_pk_value": "選んだ事例が見つかりません。選び直してください。",
        },
    )
    note = forms.CharField(
        label="ひとこと",
        required=False,
        max_length=200,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="ほかの団体の事例を選んだとき、メールに添えます。200字まで。",
    )

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(data, *args, **kwargs)
        self.fields["note"].widget.attrs.pop("maxlength", None)
        speak_plainly(self.fields["note"], "note")

    @classmethod
    def unjudged(cls, data):
        """What was typed, after the button that looks for cases: half a form is no mistake yet."""
        form = cls(data)
        form._errors, form.cleaned_data = ErrorDict(), {}
        return form

    def clean(self):
        typed = super().clean()
        chosen = typed.get("cases")
        if "cases" in self.errors:
            return typed
        if self.pick.is_undecided:
            self.add_error("cases", undecided(self.pick))
        elif not chosen:
            self.add_error("cases", "事例を探して、1つ以上選んでください。")
        elif len(chosen) > MOST_AT_ONCE:
            self.add_error("cases", f"一度に選べるのは{MOST_AT_ONCE}件までです。")
        return typed

    def clean_note(self):
        return self.cleaned_data["note"].replace("\r\n", "\n")

    @property
    def pick(self) -> Pick:
        """What is chosen and what fits the words that were typed."""
        text = self.data.get("cases_text", "") if self.is_bound else ""
        return PICKS["cases"](self["cases"].value() or [], text)
