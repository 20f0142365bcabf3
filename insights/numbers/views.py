"""What is read."""

from collections import Counter

from insights.charts import bars
from insights.counted_pages import label_of
from insights.models import PAGE
from insights.numbers.months import labels, rows_by_month
from insights.panels import Figure, Link, Panel, Question, Table, register
from insights.reading import by_month_and_page, most_read
from search.actions import searchable_models

SHOWN = 20
KINDS = ("case", "policy", "event", "organization", "topic")


@register("views", "閲覧")
def views(asked: Question) -> Panel:
    months = {month: Counter() for month in asked.period.months}
    pages = Counter()
    for month, kind, page, number in by_month_and_page(asked.period):
        months[month][kind] += number
        if kind == PAGE:
            pages[page] += number
    models = {model.search_kind: model for model in searchable_models()}
    kinds = {kind: str(models[kind]._meta.verbose_name) for kind in KINDS} | {PAGE: "一覧など"}
    title = "月ごとの閲覧"
    totals = [found.total() for found in months.values()]
    chart = bars("views-months", title, "月ごとに、ページが読まれた回数。", labels(months), totals)
    rows = rows_by_month(months, lambda found: [found.total(), *(found[kind] for kind in kinds)])
    items = [
        [Link(title, models[kind](pk=pk).get_absolute_url()), str(models[kind]._meta.verbose_name), number]
        for kind, pk, title, number in most_read(asked.period, SHOWN)
    ]
    return Panel(
        figures=[Figure("この期間の閲覧", sum(totals), "回")],
        tables=[
            Table("months", title, ["月", "合計", *kinds.values()], rows, chart),
            Table("items", f"読まれているもの（{SHOWN}件まで）", ["題名", "種類", "回数"], items),
            Table(
                "pages",
                "一覧などのページ",
                ["ページ", "回数"],
                [[label_of(name), number] for name, number in pages.most_common()],
            ),
        ],
        notes=[
            "Cookieや接続元のアドレスを使わずに、1日ごとの回数だけを数えています。同じ人が2度読むと2回です。",
            "検索エンジンなどのプログラム、先読み、事務局の閲覧は数えません。公開されている内容のページだけを数えます。",
        ],
    )
