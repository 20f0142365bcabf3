"""The form in which members of government organizations write a policy."""

import uuid

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils import timezone

from organizations.models import Organization
from policies.models import FIRST_YEAR, Applicant, Policy, PolicyKind, Standing, organizations_to_post_for
from policies.rows import ROWS
from publishing.form_fields import KeyField
from publishing.form_places import FormWithPlaces
from publishing.forms import ItemForm, JapaneseTagField, comments_on
from publishing.models import Status
from publishing.rows import FormWithRows
from publishing.typed_fields import Checkboxes, DayField, MomentField, PermilleField, Radios, YenField
from taxonomy.models import Region, Theme
from taxonomy.wareki import fiscal_year

MOST_PLACES = 50
# A budget is told before its year begins.
YEARS_AHEAD = 2
# Texts that do not follow to the next year.
NOT_COPIED = ("opens_on", "closes_on", "shown_until", "publish_at", "version", "key", "standing")


def years():
    newest = timezone.localdate().year + YEARS_AHEAD
    return [("", "選んでください"), *((year, fiscal_year(year)) for year in range(newest, FIRST_YEAR - 1, -1))]


class PolicyForm(FormWithPlaces, FormWithRows, ItemForm):
    """``previous`` is the edition that a new one is a copy of."""

    ROWS = ROWS

    key = KeyField(required=False, initial=uuid.uuid4)
    fiscal_year = forms.TypedChoiceField(
        label="年度",
        choices=years,
        coerce=int,
        error_messages={"required": "年度を選んでください。", "invalid_choice": "年度を一覧から選んでください。"},
    )
    kind = forms.ChoiceField(
        label="種類",
        choices=[("", "選んでください"), *PolicyKind.choices],
        error_messages={"required": "種類を選んでください。", "invalid_choice": "種類を一覧から選んでください。"},
    )
    standing = forms.ChoiceField(
        label="案・確定",
        choices=Standing.choices,
        widget=Radios,
        error_messages={
            "required": "案か確定かを選んでください。",
            "invalid_choice": "案か確定かを、並んでいるものから選んでください。",
        },
    )
    regions = forms.ModelMultipleChoiceField(
        Region.objects.all(),
        label="対象の地域",
        error_messages={
            "required": "対象の地域を1つ以上加えてください。",
            "invalid_choice": "選んだ地域が見つかりません。選び直してください。",
            "invalid_pk_value": "選んだ地域が見つかりません。選び直してください。",
        },
    )
    themes = forms.ModelMultipleChoiceField(
        Theme.objects.all(),
        label="分野",
        required=False,
        widget=Checkboxes,
        error_messages={
            "invalid_choice": "選んだ分野が見つかりません。選び直してください。",
            "invalid_pk_value": "選んだ分野が見つかりません。選び直してください。",
        },
    )
    applicants = forms.MultipleChoiceField(
        label="対象（申請できる人・使える人）",
        choices=Applicant.choices,
        required=False,
        widget=Checkboxes,
        error_messages={"invalid_choice": "対象は、並んでいるものから選んでください。"},
    )
    subsidy_permille = PermilleField(label="補助率（％）", required=False, help_text="例：38.5")
    budget = YenField(label="予算額", required=False, help_text="例：1,800億円。内数のときは、下の説明に書いてください")
    opens_on = DayField(label="受付の開始日", required=False)
    closes_on = DayField(label="受付の終了日", required=False, help_text="この日まで受け付けます")
    shown_until = DayField(
        label="掲載の終了日",
        required=False,
        help_text="この日を過ぎると一覧に出なくなります。決めないときは空欄のままにしてください",
    )
    publish_at = MomentField(
        label="公開する日時",
        required=False,
        help_text="空欄なら、審査が済みしだい、または公開の操作をしたときに公開します",
    )
    tags = JapaneseTagField(label="タグ", required=False, help_text="「、」で区切ります。例：標準額、協議体")

    class Meta:
        model = Policy
        fields = [
            *("title", "subtitle", "organization", "department", "fiscal_year", "kind", "standing", "summary"),
            *("content", "applicants", "applicants_note", "implementer", "subsidy_permille", "subsidy_note"),
            *("amounts_note", "budget", "budget_note", "is_always_open", "opens_on", "closes_on"),
            *("application_note", "how_to_apply", "contact", "legal_basis", "sources", "regions", "themes", "tags"),
            *("predecessor", "shown_until", "publish_at"),
        ]

    def __init__(self, data=None, *args, user, previous=None, initial=None, **kwargs):
        self.previous = previous
        initial = {**(copied(previous) if previous else {}), **(initial or {})}
        super().__init__(data, *args, user=user, initial=initial, **kwargs)
        self.use_required_attribute = False
        self.fields["is_always_open"].label = "通年で受け付ける（開始日と終了日は空欄）"
        if not self.instance.pk and not previous:
            self.initial.setdefault("standing", Standing.FINAL)
        if self.instance.pk and self.instance.status not in (Status.DRAFT, Status.RETURNED, Status.CLOSED):
            del self.fields["publish_at"]
        self._narrow_organization()
        self._narrow_predecessor()

    def _narrow_organization(self):
        own = organizations_to_post_for(self.user)
        if self.instance.pk:
            own = Organization.objects.filter(Q(pk__in=own.values("pk")) | Q(pk=self.instance.organization_id))
        field = self.fields["organization"]
        field.queryset = own.order_by("name", "pk")
        if not self.instance.pk and len(own[:2]) == 1:
            self._begin_with(own[0])
        field.empty_label = "選んでください"
        field.error_messages |= {
            "required": "所管する機関を選んでください。",
            "invalid_choice": "この機関は選べません。ご自分が所属する府省庁・都道府県・市区町村から選んでください。",
        }

    def _begin_with(self, organization):
        self.initial.setdefault("organization", organization.pk)
        self.initial.setdefault("regions", list(organization.regions.values_list("pk", flat=True)))

    def _narrow_predecessor(self):
        field = self.fields["predecessor"]
        own = Q(organization__in=self.fields["organization"].queryset.values("pk"))
        field.queryset = Policy.objects.filter(own).exclude(pk=self.instance.pk).order_by("-fiscal_year", "title", "pk")
        field.label_from_instance = lambda policy: f"{policy.title}（{fiscal_year(policy.fiscal_year)}）"
        field.empty_label = "ない・選ばない"
        field.error_messages["invalid_choice"] = "選んだ施策が見つかりません。選び直してください。"

    def source_of_rows(self):
        return (self.previous, True) if self.previous and not self.instance.pk else (self.instance, False)

    def clean_regions(self):
        regions = self.cleaned_data["regions"]
        if len(regions) > MOST_PLACES:
            raise ValidationError(f"地域は{MOST_PLACES}か所までです。都道府県や「全国共通」でまとめてください。")
        return regions

    def clean_predecessor(self):
        before = self.cleaned_data["predecessor"]
        if before and self.instance.pk and before.predecessor_id == self.instance.pk:
            raise ValidationError("この施策のあとの年度の施策は選べません。")
        return before

    def clean(self):
        typed = super().clean()
        opens, closes = typed.get("opens_on"), typed.get("closes_on")
        if opens and closes and opens > closes:
            self.add_error("closes_on", "受付の終了日が、開始日より前になっています。どちらかを直してください。")
        if typed.get("is_always_open") and (opens or closes):
            self.add_error("is_always_open", "通年で受け付けるときは、受付の開始日と終了日を空欄にしてください。")
        before, year = typed.get("predecessor"), typed.get("fiscal_year")
        if before and year and before.fiscal_year >= year and "fiscal_year" not in self.errors:
            self.add_error("predecessor", "前の年度の施策には、この施策より前の年度のものを選んでください。")
        return typed

    def other_comments(self) -> list[tuple[str, str]]:
        """What a reviewer wrote about rows and files, which have no field of their own."""
        if not self.instance.pk or self.instance.status != Status.RETURNED:
            return []
        titles = {name: kind.title for name, kind in ROWS.items()}
        comments = comments_on(self.instance)
        return [(titles.get(name, "全体"), text) for name, text in comments.items() if name not in self.fields]


def copied(previous: Policy) -> dict:
    """What next year's edition begins with: everything but the days, as a proposal that names its predecessor."""
    content = {name: getattr(previous, name) for name in PolicyForm._meta.fields if name not in NOT_COPIED}
    many = {name: [each.pk for each in getattr(previous, name).all()] for name in ("regions", "themes")}
    return {
        **content,
        **many,
        "organization": previous.organization_id,
        "tags": previous.tags.all(),
        "fiscal_year": previous.fiscal_year + 1,
        "standing": Standing.PROPOSED,
        "predecessor": previous.pk,
    }
