"""Applying for a role, and deciding on an application."""

from django import forms
from django.core.exceptions import ValidationError

from accounts.profile_form import has_control_characters, picked_region
from accounts.roles import Role
from taxonomy.models import MUNICIPALITY_KINDS, RegionKind

# The kinds of region a role may serve; a role that is not here serves no place.
KINDS = {
    Role.COORDINATOR: (*MUNICIPALITY_KINDS, RegionKind.WARD),
    Role.MUNICIPAL: MUNICIPALITY_KINDS,
    Role.PREFECTURAL: (RegionKind.PREFECTURE,),
}


def fits(region, role) -> bool:
    """Whether the region is of the kind that the role serves."""
    return region is not None and region.kind in KINDS[role]


class SeveralLinesField(forms.CharField):
    """A short text of several lines. The limit is not told to browsers, which would cut off silently."""

    def __init__(self, *, limit, required_message, **options):
        options["error_messages"] = {"required": required_message}
        super().__init__(widget=forms.Textarea(attrs={"rows": 4}), **options)
        self.limit = limit

    def validate(self, value):
        super().validate(value)
        if len(value) > self.limit:
            raise ValidationError(f"{self.limit}文字以内で入力してください（いまは{len(value):,}文字です）。")
        if has_control_characters(value, allowed="\r\n\t"):
            raise ValidationError("使えない文字（制御文字）が入っています。入力し直してください。")


class ApplicationForm(forms.Form):
    statement = SeveralLinesField(
        limit=300,
        label="お名前と、どこでどのような仕事をしているか",
        help_text="300文字以内で、1、2文でかまいません。例：山田花子です。○○町社会福祉協議会で働いています。",
        required_message="1、2文で入力してください。",
    )

    def __init__(self, *args, role, **kwargs):
        super().__init__(*args, **kwargs)
        self.role, self.region, self.region_error = role, None, ""

    def clean(self):
        if self.role in KINDS:
            self.region = picked_region(self.data)
            if not fits(self.region, self.role):
                kind = "都道府県" if self.role == Role.PREFECTURAL else "市区町村"
                self.region_error = f"働いている{kind}を選んでください。"
                self.add_error(None, self.region_error)
        return super().clean()


class DeclineForm(forms.Form):
    reason = SeveralLinesField(
        limit=500,
        label="確かめられない理由",
        help_text="申請した方に、メールで届きます。",
        required_message="見送るときは、理由を入力してください。",
    )
