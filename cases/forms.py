"""What the forms in which members write a case share, and the short one: five questions."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from cases.models import CaseStudy
from cases.picking import PICKS
from organizations.models import Organization
from organizations.picking import Pick
from publishing.content import field_label
from publishing.form_fields import KeyField
from publishing.form_places import FormWithPlaces
from publishing.forms import ItemForm, comments_on
from publishing.models import Status
from publishing.rows import FormWithRows
from taxonomy.models import Region, Theme

MOST_PLACES = 50
CHANGED_HELP = (
    "同じにしたところ、この地域に合わせて変えたところを、500字までで。あとに続く人がいちばん知りたいことです。"
)
NOT_FOUND = "選んだものが見つかりません。公開が終わっているかもしれません。選び直してください。"


def organizations_of(user):
    """For which organizations the person may write cases."""
    gone = (Status.CLOSED, Status.DISCARDED)
    own = Organization.objects.permitted_to(user, "cases.add_casestudy")
    return own.exclude(status__in=gone).order_by("name", "pk")


class ThemeChoices(forms.CheckboxSelectMultiple):
    template_name = "publishing/_choices.html"


class CaseForm(FormWithPlaces, FormWithRows, ItemForm):
    """What both forms share: whose case it is, where, in which field, and after which example."""

    key = KeyField(required=False, initial=uuid.uuid4)
    regions = forms.ModelMultipleChoiceField(
        Region.objects.all(),
        label="場所",
        error_messages={
            "required": "取り組んだ場所を1つ以上加えてください。",
            "invalid_choice": "選んだ場所が見つかりません。選び直してください。",
            "invalid_pk_value": "選んだ場所が見つかりません。選び直してください。",
        },
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(),
        label="分野",
        widget=ThemeChoices,
        help_text="あてはまるものをすべて選んでください。",
        error_messages={
            "required": "分野を1つ以上選んでください。",
            "invalid_choice": "選んだ分野が見つかりません。選び直してください。",
            "invalid_pk_value": "選んだ分野が見つかりません。選び直してください。",
        },
    )

    def __init__(self, data=None, *args, user, **kwargs):
        super().__init__(data, *args, user=user, **kwargs)
        self._narrow_organization()
        self._narrow_origin()

    def _narrow_organization(self):
        field = self.fields["organization"]
        own = organizations_of(self.user)
        if self.instance.pk:
            # The organization may have left, or the person may only edit.
            own = Organization.objects.filter(Q(pk__in=own.values("pk")) | Q(pk=self.instance.organization_id))
        field.queryset = own.order_by("name", "pk")
        if not self.instance.pk and len(own[:2]) == 1:
            self.initial.setdefault("organization", own[0].pk)
        field.empty_label = "選んでください"
        field.error_messages |= {
            "required": "取り組んだ団体を選んでください。",
            "invalid_choice": "この団体は選べません。ご自分の団体から選んでください。",
        }

    def _narrow_origin(self):
        if "origin" in self.fields:
            own = Q(pk=self.instance.origin_id) if self.instance.origin_id else Q(pk__in=[])
            field = self.fields["origin"]
            field.queryset = CaseStudy.objects.filter(Q(status=Status.PUBLISHED) | own)
            field.error_messages["invalid_choice"] = NOT_FOUND

    def clean_regions(self):
        regions = self.cleaned_data["regions"]
        if len(regions) > MOST_PLACES:
            raise ValidationError(f"場所は{MOST_PLACES}か所までです。都道府県や「全国共通」でまとめてください。")
        return regions

    def other_comments(self) -> list[tuple[str, str]]:
        """What a reviewer wrote about parts that this form does not have."""
        if not self.instance.pk or self.instance.status != Status.RETURNED:
            return []
        comments = comments_on(self.instance)
        return [(field_label(self.instance, name), text) for name, text in comments.items() if name not in self.fields]

    def pick(self, name) -> Pick:
        """What may be chosen for ``name``, "origin" or "partner_organizations"."""
        value = self[name].value() or []
        chosen = [value] if isinstance(value, str | int) else value
        text = self.data.get(f"{name}_text", "") if self.is_bound else ""
        return PICKS[name]([getattr(each, "pk", each) for each in chosen], text, self.fields[name].queryset)

    @property
    def origin_pick(self) -> Pick | None:
        return self.pick("origin") if "origin" in self.fields else None


class ShortCaseForm(CaseForm):
    """Five questions. The origin is among them only when the case follows one."""

    class Meta:
        model = CaseStudy
        fields = [
            *("organization", "title", "regions", "themes"),
            *("summary", "content", "reason", "first_step", "funding", "tips", "origin", "changed"),
        ]
        labels = {
            "summary": "1. 何をしましたか",
            "content": "もう少しくわしく",
            "reason": "2. なぜ始めましたか",
            "first_step": "3. はじめの一歩は何でしたか",
            "funding": "4. お金はどうしましたか",
            "tips": "5. これから始める人へ、ひとこと",
        }
        help_texts = {
            "title": "例：ごみ出しと買い物を、町内会の当番で手伝う",
            "summary": "だれが、だれに、何をしたかを300字までで。一覧にも出る文です。",
            "content": "回数、人数、続け方など、書けることがあれば。",
            "reason": "困っていた人の声や、気づいたことなど。",
            "first_step": "最初に声をかけた相手、最初の集まりなど。",
            "funding": "かかった費用と、その出どころ。「お金はかけていない」も大切な情報です。",
            "tips": "やってみて分かったこと、気をつけるとよいこと。",
            "changed": CHANGED_HELP,
        }
        widgets = {
            name: forms.Textarea(attrs={"rows": 5})
            for name in ("summary", "content", "reason", "first_step", "funding", "tips", "changed")
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["summary"].error_messages["required"] = "「何をしましたか」に、ひとことでもお答えください。"

    @property
    def questions(self) -> list:
        return [self[name] for name in ("summary", "content", "reason", "first_step", "funding", "tips")]
