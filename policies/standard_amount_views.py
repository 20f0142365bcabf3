"""標準額の試算: the page and its file. The address holds everything that was typed."""

from django.contrib.auth.decorators import login_not_required
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_safe

from policies.spreadsheets import csv_response
from policies.standard_amount import Result, calculate
from policies.standard_amount_form import BODY_NAMES, StandardAmountForm, Target, edition_of, municipality_of, target_of
from search.address import prefecture_of
from taxonomy import registry
from taxonomy.models import RegionKind

NOTE = "この試算は目安です。実際の交付額は、厚生労働省の要綱・通知など、国が示す文書によります。"


class _Question:
    """What an address asks: for whom, by which rules, and the form with what was typed."""

    def __init__(self, data):
        self.data = data
        code = data.get("municipality") or data.get("region", "")
        self.code = code.strip()
        self.region = registry.region(self.code)
        self.edition, self.is_known_year = edition_of(data.get("year", ""))
        self.target = target_of(self.region, data.get("body", ""))
        self.is_asked = "areas" in data
        self.form = self._form() if self.target else None

    def _form(self):
        if self.is_asked:
            return StandardAmountForm(self.data, target=self.target)
        return StandardAmountForm(target=self.target, initial={"units": self.target.wards})

    def result(self) -> Result | None:
        if self.form is None or not self.is_asked or not self.form.is_valid():
            return None
        return calculate(self.form.situation(), self.edition)

    def problem(self) -> str:
        """Why nobody could be found to calculate for, as a sentence; "" when there is no problem."""
        if self.target:
            return ""
        if self.region and self.region.kind == RegionKind.PREFECTURE:
            return f"{self.region.name}のどの市区町村かを選んでください。"
        if self.code:
            return "市区町村を選んでください。都道府県や全国では試算できません。"
        return "団体の種類を、並んでいるものから選んでください。" if self.data.get("body") else ""


@login_not_required
@require_safe
def standard_amount(request):
    if "municipality" in request.GET:
        return redirect(_with_one_region(request.GET))
    asked = _Question(request.GET)
    context = {
        "target": asked.target,
        "form": asked.form,
        "edition": asked.edition,
        "is_known_year": asked.is_known_year,
        "problem": asked.problem(),
        "is_ward": bool(asked.region and asked.region.kind == RegionKind.WARD),
        "region": asked.region,
        "result": asked.result(),
        "note": NOTE,
        "picker": _picker(asked.region),
        "bodies": BODY_NAMES.items(),
        "csv_url": reverse("policies:standard_amount_csv") + f"?{request.GET.urlencode()}",
        "breadcrumb": [("標準額の試算", None)],
    }
    return render(request, "policies/standard_amount.html", context)


@login_not_required
@require_safe
def standard_amount_csv(request):
    """The result as a file; what cannot be calculated leads to the page, which says why."""
    asked = _Question(request.GET)
    result = asked.result()
    if result is None:
        return redirect(reverse("policies:standard_amount") + f"?{request.GET.urlencode()}")
    return csv_response(_rows(asked.target, asked.edition, result), "standard-amount.csv")


def _with_one_region(data):
    """The form without JavaScript has a second list; a bookmark needs one code only."""
    data = data.copy()
    municipality = data.pop("municipality")[-1]
    if municipality.startswith(data.get("region", "")) and municipality:
        data["region"] = municipality
    return reverse("policies:standard_amount") + f"?{data.urlencode()}"


def _picker(region):
    """What `components/region_picker.html` shows; wards have no standard amount of their own."""
    prefecture = prefecture_of(region)
    around = registry.municipalities_of(prefecture.code) if prefecture else ()
    return {
        "region": municipality_of(region) if region else None,
        "prefecture": prefecture,
        "prefectures": registry.prefectures(),
        "municipalities": [one for one in around if one.kind != RegionKind.WARD],
        "empty_label": "選んでください",
        "is_local": True,
    }


def _rows(target: Target, edition, result: Result):
    state = "（案）" if edition.is_proposal else ""
    yield ["標準額の試算", f"{edition.fiscal_year}年度{state}", target.name, target.body_name]
    yield ["区分", "規則", "単価（円）", "単位", "数", "金額（円）", "出典"]
    for line in result.lines:
        yield [line.name, line.rule, line.unit_amount, line.unit, line.quantity, line.amount, line.source]
    yield ["合計", "", "", "", "", result.total, ""]
    yield [f"うち国の交付額（{result.share_permille / 10}%）", "", "", "", "", result.national_share, ""]
    yield [NOTE]
