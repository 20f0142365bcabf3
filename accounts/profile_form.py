"""What people say about themselves."""

import unicodedata

from django import forms
from django.core.exceptions import ValidationError

from accounts.models import NAME_OF_CLOSED, User
from taxonomy import registry
from taxonomy.models import NATION_CODE, Theme
from taxonomy.picking import picked_code

# Control characters and the Unicode line breaks: a name stands in one line, also in a mail's header.
NOT_TEXT = {"Cc", "Zl", "Zp", "Cs"}


def has_control_characters(text: str, *, allowed: str = "") -> bool:
    return any(unicodedata.category(letter) in NOT_TEXT and letter not in allowed for letter in text)


def limited_text(label, limit, help_text, autocomplete):
    """One line of text. The limit is not told to browsers, which would cut off silently."""

    def check(value):
        if len(value) > limit:
            raise ValidationError(f"{label}は{limit}文字以内で入力してください（いまは{len(value):,}文字です）。")
        if has_control_characters(value):
            raise ValidationError(f"{label}に使えない文字（制御文字）が入っています。入力し直してください。")

    widget = forms.TextInput(attrs={"autocomplete": autocomplete})
    return forms.CharField(label=label, required=False, help_text=help_text, widget=widget, validators=[check])


class ProfileForm(forms.ModelForm):
    display_name = limited_text(
        "表示名", 50, "ほかの方に見える名前です。本名でなくてもかまいません。", autocomplete="nickname"
    )
    affiliation = limited_text("所属", 100, "例：ささえあいの会、○○市高齢福祉課", autocomplete="organization")
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(), label="関心のある分野", required=False, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = User
        fields = ["display_name", "affiliation", "occupation", "themes"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["occupation"].choices = [("", "選んでください"), *self.fields["occupation"].choices[1:]]

    def clean_display_name(self):
        name = self.cleaned_data["display_name"]
        if name == NAME_OF_CLOSED:
            raise ValidationError(f"「{NAME_OF_CLOSED}」は表示名に使えません。")
        return name

    def clean(self):
        cleaned = super().clean()
        region = picked_region(self.data)
        if region is None and (self.data.get("region") or self.data.get("municipality")):
            self.add_error(None, "地域が見つかりません。選び直してください。")
        self.instance.region = region
        return cleaned


def picked_region(data):
    """The region of the region picker, whose two lists have names of their own; None for none or an unknown one."""
    code = picked_code(data)
    return registry.region(code) if code else None


def region_picker(region):
    """What `components/region_picker.html` shows with ``region`` chosen."""
    prefecture = registry.regions()[region.prefecture_code] if region and region.code != NATION_CODE else None
    return {
        "region": region,
        "prefecture": prefecture,
        "prefectures": registry.prefectures(),
        "municipalities": registry.municipalities_of(prefecture.code) if prefecture else (),
        "empty_label": "選んでいません",
    }
