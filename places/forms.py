"""The forms in which a prefecture says what its platform has, and whom to call."""

from django import forms
from django.core.exceptions import ValidationError

from organizations.form_fields import PhoneField, WebsiteField
from places.models import IN_FULL, Contact, Function, PlatformFunction, State
from publishing.forms import Conflict, speak_plainly

NOTHING_TO_SHOW = "「あり」か「準備中」のときだけ入力してください。"


class _VersionedForm(forms.Form):
    """With a hidden field that tells on top of which edit the form was opened."""

    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=40)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.use_required_attribute = False
        for name, field in self.fields.items():
            field.widget.attrs.pop("maxlength", None)
            if isinstance(field, forms.CharField) and name != "seen":
                speak_plainly(field, name)
        self.conflicts = []

    def show_conflict(self, current: "_VersionedForm") -> None:
        """After ChangedMeanwhile: what ``current``, a fresh form, shows beside what was typed.

        Saving again is then on purpose.
        """
        for name, field in self.fields.items():
            now, typed = (self._said(field, value) for value in (current[name].value(), self.cleaned_data[name]))
            if name != "seen" and now != typed:
                self.conflicts.append(Conflict(str(field.label), now, typed))
        self.data = {**self.data.dict(), "seen": current["seen"].value()}

    @staticmethod
    def _said(field, value) -> str:
        return str(dict(getattr(field, "choices", ())).get(value, value or ""))


class ContactForm(_VersionedForm):
    """Whom to call; all fields empty take the contact away."""

    office = forms.CharField(
        label="窓口の名前",
        required=False,
        max_length=Contact._meta.get_field("office").max_length,
        help_text="例：長野県 健康福祉部 介護支援課 生活支援担当",
    )
    phone = PhoneField(
        label="電話番号", required=False, max_length=20, help_text="例：03-1234-5678", widget=forms.TextInput
    )
    email = forms.EmailField(label="メールアドレス", required=False, help_text="例：seikatsu@example.lg.jp")
    url = WebsiteField(label="ページのアドレス", required=False, help_text="例：https://www.example.lg.jp/")

    def clean(self):
        typed = super().clean()
        ways = [typed.get(name) for name in ("phone", "email", "url")]
        if not self.errors and typed["office"] and not any(ways):
            raise ValidationError("電話番号、メールアドレス、ページのアドレスのどれかを入力してください。")
        if not self.errors and any(ways) and not typed["office"]:
            self.add_error("office", "窓口の名前を入力してください。")
        return typed

    def answers(self) -> dict[str, str]:
        return {name: self.cleaned_data[name] for name in ("office", "phone", "email", "url")}

    @classmethod
    def values_of(cls, contact: Contact | None) -> dict:
        return {name: getattr(contact, name) for name in ("office", "phone", "email", "url")} if contact else {}


class PlatformForm(_VersionedForm):
    """The six functions, each with its state, the address of its page and a note."""

    def __init__(self, *args, rows: dict[str, PlatformFunction], **kwargs):
        self.base_fields = {**self.base_fields, **_fields_of_functions()}
        initial = {}
        for name, row in rows.items():
            initial |= {f"{name}_state": row.state, f"{name}_url": row.url, f"{name}_note": row.note}
        super().__init__(*args, initial={**initial, **kwargs.pop("initial", {})}, **kwargs)

    @property
    def parts(self) -> list[tuple]:
        """Function, what the handbook calls it, and its three fields."""
        return [
            (function, IN_FULL[function], self[f"{function}_state"], self[f"{function}_url"], self[f"{function}_note"])
            for function in Function
        ]

    def clean(self):
        typed = super().clean()
        for function in Function:
            says_more = typed.get(f"{function}_url")
            if says_more and typed.get(f"{function}_state") in (State.NONE, State.UNKNOWN):
                self.add_error(f"{function}_url", NOTHING_TO_SHOW)
        return typed

    def answers(self) -> dict[str, dict]:
        """The values of the rows by function."""
        return {
            function: {name: self.cleaned_data[f"{function}_{name}"] for name in ("state", "url", "note")}
            for function in Function
        }


def _fields_of_functions() -> dict[str, forms.Field]:
    fields = {}
    for function in Function:
        fields[f"{function}_state"] = forms.ChoiceField(
            label=f"{function.label}の状態",
            choices=State.choices,
            initial=State.UNKNOWN,
            widget=forms.RadioSelect,
            error_messages={"required": "選んでください。", "invalid_choice": "並んでいるものから選んでください。"},
        )
        fields[f"{function}_url"] = WebsiteField(label=f"{function.label}のページのアドレス", required=False)
        fields[f"{function}_note"] = forms.CharField(
            label=f"{function.label}の補足", required=False, max_length=200, help_text="例：年に2回、秋と冬に開きます。"
        )
    return fields
