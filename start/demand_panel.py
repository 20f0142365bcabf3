"""What people missed on the page, among the secretariat's numbers."""

from collections import Counter

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.urls import reverse

from insights.charts import bars
from insights.numbers.months import labels, rows_by_month
from insights.panels import Figure, Link, Panel, Question, Table, register
from start.models import Demand, Part
from taxonomy import registry

SHOWN = 50


@register("demand", "はじめの一歩で、ほしいと伝えられた情報", is_local=True)
def demand(asked: Question) -> Panel:
    told = Demand.objects.filter(day__gte=asked.period.first, day__lt=asked.period.end).order_by()
    if asked.prefecture:
        told = told.filter(region__code__startswith=asked.prefecture)
    months, wishes = dict.fromkeys(asked.period.months, 0), Counter()
    grouped = told.values(month=TruncMonth("day")).annotate(times=Sum("count"))
    for month, theme, region, part, times in grouped.values_list("month", "theme__slug", "region", "part", "times"):
        months[month] += times
        wishes[theme or "", region or "", part] += times
    title = "月ごとの数"
    description = "月ごとに、ほしいと伝えられた回数。"
    chart = bars("demand-months", title, description, labels(months), list(months.values()))
    most = sorted(wishes.items(), key=lambda wish: (-wish[1], wish[0]))[:SHOWN]
    return Panel(
        figures=[Figure("伝えられた数", wishes.total(), "回")],
        tables=[
            Table("months", title, ["月", "回数"], rows_by_month(months, lambda times: [times]), chart),
            Table(
                "wishes",
                f"ほしいと伝えられた情報（{SHOWN}件まで）",
                ["ほしい情報", "分野", "地域", "回数"],
                [_row(*wish, times) for wish, times in most],
                is_open=True,
            ),
        ],
        links=[Link("記録をすべて見る", reverse("admin:start_demand_changelist"), "start.view_demand")],
        notes=["回数だけを残しています。だれが伝えたかは分かりません。"],
    )


def _row(theme: str, region: str, part: str, times: int) -> list:
    themes, regions = registry.themes(), registry.regions()
    return [
        str(Part(part).label),
        themes[theme].name if theme else "すべての分野",
        regions[region].full_name if region else "すべての地域",
        times,
    ]
