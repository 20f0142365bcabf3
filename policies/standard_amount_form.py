"""The form of 標準額の試算: for whom it is, and what is typed about them."""

import re
import unicodedata
from dataclasses import dataclass

from django import forms
from django.core.exceptions import ValidationError

from policies.standard_amount import EDITIONS, MOST_AREAS, MOST_UNITS, NEWEST, UNITS, Body, Situation, problems_of
from taxonomy import registry
from taxonomy.models import MUNICIPALITY_KINDS, NATION_CODE, Region, RegionKind

BODY_NAMES = {
    Body.MUNICIPALITY: "市町村（特別区を含む）",
    Body.DESIGNATED_CITY: "指定都市",
    Body.UNION: "一部事務組合・広域連合",
}


@dataclass(frozen=True)
class Target:
    """For whom the amount is worked out; ``region`` is None when only the kind was chosen."""

    body: Body
    region: Region | None = None

    @property
    def name(self) -> str:
        return self.region.full_name if self.region else BODY_NAMES[self.body]

    @property
    def body_name(self) -> str:
        return BODY_NAMES[self.body]

    @property
    def wards(self) -> int | None:
        """The number of wards of a 指定都市 that was chosen by name."""
        if self.region is None or self.body != Body.DESIGNATED_CITY:
            return None
        around = registry.municipalities_of(self.region.prefecture_code)
        return sum(region.parent_id == self.region.code for region in around)


def municipality_of(region: Region) -> Region | None:
    """The municipality itself, or the city of a ward; None for prefectures and 全国."""
    if region.kind == RegionKind.WARD:
        return registry.regions()[region.parent_id]
    return region if region.kind in MUNICIPALITY_KINDS else None


def target_of(region: Region | None, body: str) -> Target | None:
    """For whom to calculate; a municipality that was chosen by name says itself what it is."""
    municipality = municipality_of(region) if region and region.code != NATION_CODE else None
    if municipality:
        return Target(Body.DESIGNATED_CITY if municipality.is_designated_city else Body.MUNICIPALITY, municipality)
    return Target(Body(body)) if body in list(Body) else None


def edition_of(year: str):
    """The rules of the fiscal year in an address, and whether they are what was asked for."""
    known = {str(number): edition for number, edition in EDITIONS.items()}
    return known.get(year, EDITIONS[NEWEST]), not year or year in known


class CountField(forms.Field):
    """A whole number from 0 on, in either width; whatever else is typed gets its own sentence."""

    widget = forms.TextInput(attrs={"inputmode": "numeric", "class": "input--short", "autocomplete": "off"})

    def __init__(self, *, most, **options):
        super().__init__(**options)
        self.most = most

    def to_python(self, value):
        text = unicodedata.normalize("NFKC", value or "").strip().replace(",", "").replace("、", "")
        if not text:
            return None
        if re.fullmatch(r"[-−‐‑–—ー][0-9.]+", text):
            raise ValidationError(f"{self.label}は0以上の数で入力してください。マイナスの数は使えません。")
        if re.fullmatch(r"[0-9]+\.[0-9]+", text):
            raise ValidationError(f"{self.label}は小数のない数で入力してください。")
        if not re.fullmatch(r"[0-9]+", text):
            raise ValidationError(f"{self.label}は数字だけで入力してください。例：3")
        if len(text.lstrip("0")) > 9 or int(text[-9:]) > self.most:
            raise ValidationError(f"{self.label}は{self.most:,}以下の数で入力してください。")
        return int(text[-9:])


def _count(label, most, *, required=False, help_text=""):
    messages = {"required": f"{label}を入力してください。"}
    return CountField(label=label, most=most, required=required, help_text=help_text, error_messages=messages)


class StandardAmountForm(forms.Form):
    """What is asked about ``target``; a municipality is asked less than bodies of several parts."""

    areas = _count(
        "日常生活圏域の数",
        MOST_AREAS,
        required=True,
        help_text="介護保険事業計画で定めている数です。このサイトでは分からないため、入力してください。",
    )
    participation = forms.BooleanField(label="住民参画・官民連携推進事業を実施する", required=False)
    conference = forms.BooleanField(
        label="居住支援協議会と連携した地域ケア会議を行う",
        required=False,
    )
    # The fields that stand for a field of `Situation` of another name.
    FIELD_OF = {"at_center": "at_center", "elsewhere": "elsewhere", "as_multilayered": "multilayered"}

    field_order = ["units", "areas", "participation", "consultation", "at_center", "elsewhere", "multilayered"]

    def __init__(self, *args, target: Target, **options):
        super().__init__(*args, **options)
        self.target = target
        self.fields |= _choice_fields() if target.body == Body.MUNICIPALITY else _count_fields(target)
        self.order_fields(self.field_order)
        self.use_required_attribute = False

    def clean(self):
        if not self.errors:
            for name, sentence in problems_of(self.situation()).items():
                self.add_error(self.FIELD_OF.get(name, name), sentence)
        return self.cleaned_data

    def clean_units(self):
        units, wards = self.cleaned_data["units"], self.target.wards
        if wards is not None and units > wards:
            raise ValidationError(
                f"{self.target.region.name}の行政区は{wards}です。{wards}以下の数で入力してください。"
            )
        if self.target.body == Body.UNION and units == 1:
            raise ValidationError(
                "構成市町村の数は2以上で入力してください。組合や広域連合は、複数の市町村でつくります。"
            )
        return units

    @property
    def yes_or_no(self):
        """The fields that are ticked or not."""
        return [self["participation"], self["conference"]]

    @property
    def said(self) -> list[str]:
        """The numbers that were typed, for the paper on which the form is not printed."""
        names = [name for name in ("units", "areas") if name in self.cleaned_data]
        return [f"{self.fields[name].label} {self.cleaned_data[name]:,}" for name in names]

    def situation(self) -> Situation:
        typed = self.cleaned_data
        chosen = typed.get("consultation")
        return Situation(
            body=self.target.body,
            units=typed.get("units", 1),
            areas=typed["areas"],
            has_participation=typed["participation"],
            at_center=int(chosen == "center") or typed.get("at_center") or 0,
            elsewhere=int(chosen == "elsewhere") or typed.get("elsewhere") or 0,
            as_multilayered=int(chosen == "multilayered") or typed.get("multilayered") or 0,
            has_care_conference=typed["conference"],
        )


def _choice_fields():
    choices = [
        ("", "実施しない"),
        ("center", "地域包括支援センターに配置して実施する（8,000千円）"),
        ("elsewhere", "地域包括支援センター以外に配置して実施する（4,000千円）"),
        ("multilayered", "重層的支援体制整備事業として実施する（4,000千円）"),
    ]
    consultation = forms.ChoiceField(
        label="相談支援連携体制構築事業",
        choices=choices,
        required=False,
        widget=forms.RadioSelect,
        help_text="生活支援コーディネーターを中心とした事業です。重層的支援体制整備事業の実施自治体は4,000千円になります。",
        error_messages={"invalid_choice": "相談支援連携体制構築事業は、並んでいるものから選んでください。"},
    )
    return {"consultation": consultation}


def _count_fields(target: Target):
    unit = UNITS[target.body]
    hint = f"{target.region.name}の行政区は{target.wards}です。" if target.wards else ""
    label = f"相談支援連携体制構築事業を{{}}{unit}の数"
    only_city = (
        "" if target.body == Body.UNION else "重層的支援体制整備事業を実施する指定都市は、ここだけに入力します。"
    )
    return {
        "units": _count(f"{unit}の数", MOST_UNITS, required=True, help_text=hint),
        "at_center": _count(label.format("センターに配置して実施する"), MOST_UNITS, help_text="1つあたり8,000千円"),
        "elsewhere": _count(label.format("センター以外に配置して実施する"), MOST_UNITS, help_text="1つあたり4,000千円"),
        "multilayered": _count(
            label.format("重層的支援体制整備事業として実施する"),
            MOST_UNITS,
            help_text=f"1つあたり4,000千円。{only_city}",
        ),
    }
